import type { FunctionSpec } from './api/function.js'
import type { Parameter } from './api/mover.js'
import type { ContainerSettings } from './api/runtime-settings.js'
import type { Container, Volume, VolumeMount } from './pod.js'
import { addedCapabilities, containerSecurityContext } from './security-context.js'
import { isSessionVariable } from './session-variables.js'
import { mergedSettings, priorityEnvironment, settingsOfContainer } from './settings.js'
import { type SubstitutionContext, substituteText, substituteTree, type Variables } from './substitution.js'
import type { TaskSource } from './task-source.js'
import { type AnySubject, secretNameOf } from './variables.js'
import { accessMount, repositoryVolumes } from './volumes.js'

/** The steps of a Task as containers, before hooks, shared volumes and the pod are put around them. */
export interface ResolvedSteps {
  readonly containers: readonly Container[]
  readonly volumes: readonly Volume[]
  /** ServiceAccount of the Function that asks for the Kubernetes API. */
  readonly serviceAccountName?: string
}

/** Substitutes a Task and its Functions: parameters of the policy over those of the step over the Function’s defaults. */
export function resolveSteps(subject: AnySubject, task: TaskSource, context: SubstitutionContext): ResolvedSteps {
  const taskObject = `Task ${task.name}`
  const policyParams = parameters(subject.spec.task?.params, context, 'spec.task.params', context.object)
  const taskVariables = new Map([...policyParams, ...context.variables])
  const taskContext = { ...context, object: taskObject, variables: taskVariables }
  const volumes = substituteTree(task.spec.volumes ?? [], 'spec.volumes', 'literal', taskContext) as Volume[]
  const secretVolumes = new Set(
    volumes.filter(each => each.secret?.secretName === secretNameOf(subject)).map(each => each.name),
  )
  const access: string[] = []
  const containers = task.spec.steps.flatMap((step, index) => {
    const definition = Object.hasOwn(task.functions, step.name) ? task.functions[step.name] : undefined
    if (definition === undefined) {
      context.problems.push({
        code: 'HF2001',
        object: taskObject,
        path: `spec.steps[${index}].name`,
        message: `there is no Function '${step.name}'; apply it, or correct the name`,
      })
      return []
    }
    if (definition.kubernetesAccess !== undefined) access.push(definition.kubernetesAccess.serviceAccountName)
    const stepParams = parameters(step.params, context, `spec.steps[${index}].params`, taskObject)
    const substituted = new Map(
      [...stepParams].map(([name, value]) => [name, literal(value.text, taskContext)] as const),
    )
    const variables: Variables = new Map([...substituted, ...policyParams, ...context.variables])
    const functionContext = { ...context, object: `Function ${step.name}`, variables }
    return [container(subject, step.name, index, definition, functionContext, secretVolumes)]
  })
  if (access.length > 1) {
    const message = `at most one Function of a Task may have kubernetesAccess, for a pod has one ServiceAccount; got ${access.join(', ')}`
    context.problems.push({ code: 'HF2006', object: taskObject, path: 'spec.steps', message })
  }
  return {
    containers,
    volumes: volumes.map(dropEmpty),
    ...(access[0] === undefined ? {} : { serviceAccountName: access[0] }),
  }
}

function literal(text: string, context: SubstitutionContext): { text: string } {
  return { text: substituteText(text, 'spec.steps', 'literal', context) }
}

function parameters(
  params: readonly Parameter[] | undefined,
  context: SubstitutionContext,
  path: string,
  object: string,
): Map<string, { text: string }> {
  for (const [index, { name }] of (params ?? []).entries()) {
    if (!context.variables.has(name)) continue
    const message = `'${name}' is set by Holdfast itself; choose another name`
    context.problems.push({ code: 'HF2003', object, path: `${path}[${index}].name`, message })
  }
  return new Map((params ?? []).map(({ name, value }) => [name, { text: value }]))
}

function container(
  subject: AnySubject,
  name: string,
  index: number,
  definition: FunctionSpec,
  context: SubstitutionContext,
  secretVolumes: ReadonlySet<string>,
): Container {
  const {
    image,
    command,
    args,
    workingDir,
    env,
    volumeMounts,
    volumeDevices,
    ports,
    runtimeSettings,
    kubernetesAccess,
  } = definition
  const settings = mergedSettings(runtimeSettings, settingsFor(subject, kubernetesAccess !== undefined))
  const mounts = (
    substituteTree(volumeMounts ?? [], 'spec.volumeMounts', 'literal', context) as unknown as VolumeMount[]
  ).map(dropEmpty)
  const repository = mounts.some(mount => secretVolumes.has(mount.name))
    ? repositoryVolumes(subject.repository.spec.backend).mounts
    : []
  const ownImage = substituteText(image, 'spec.image', 'literal', context)
  const capabilities = addedCapabilities(subject.kind, subject.spec.privileges)
  const resolvedEnv = [
    ...priorityEnvironment(settings),
    ...substituteTree(env ?? [], 'spec.env', 'expanded', context),
    ...(settings.env ?? []),
  ]
  for (const { name: hidden } of resolvedEnv.filter(each => isSessionVariable(each.name))) {
    const message = `'${hidden}' is set by Holdfast for each session; choose another name`
    context.problems.push({ code: 'HF2003', object: context.object, path: 'spec.env', message })
  }
  return {
    name: `${name.replaceAll('.', '-').slice(0, 58)}-${index}`,
    image: ownImage,
    ...(command === undefined ? {} : { command: substituteTree(command, 'spec.command', 'expanded', context) }),
    ...(args === undefined ? {} : { args: substituteTree(args, 'spec.args', 'expanded', context) }),
    ...(workingDir === undefined
      ? {}
      : { workingDir: substituteText(workingDir, 'spec.workingDir', 'literal', context) }),
    ...(resolvedEnv.length === 0 ? {} : { env: resolvedEnv }),
    ...(ports === undefined ? {} : { ports: substituteTree(ports, 'spec.ports', 'literal', context) }),
    volumeMounts: [...mounts, ...repository, ...(kubernetesAccess === undefined ? [] : [accessMount])],
    ...(volumeDevices === undefined
      ? {}
      : { volumeDevices: substituteTree(volumeDevices, 'spec.volumeDevices', 'literal', context) }),
    ...settingsOfContainer(settings),
    securityContext: {
      ...containerSecurityContext(capabilities, settings.securityContext),
      // A Function of somebody else’s may need to write beside its volumes; Pod Security `restricted` allows it.
      readOnlyRootFilesystem: ownImage === subject.image,
    },
  }
}

// A variable can change what a program runs (NODE_OPTIONS, LD_PRELOAD), and beside a Kubernetes token that is the
// administrator’s to say, not the policy’s.
function settingsFor(subject: AnySubject, hasToken: boolean): ContainerSettings | undefined {
  const settings = subject.spec.runtimeSettings?.container
  if (settings === undefined || !hasToken) return settings
  const { env: _env, envFrom: _envFrom, ...harmless } = settings
  return harmless
}

// An empty default stands for an absent field: `subPath: ${TARGET_SUB_PATH:=}`.
function dropEmpty<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== '')) as T
}
