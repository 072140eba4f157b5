import { scratchPath, secretPath } from './api/group.js'
import type { ExecutionPolicy, Hook } from './api/hooks.js'
import { hookArgument } from './notification/hook-problems.js'
import { policySummary } from './notification/notify-container.js'
import { requestAccess, requestVolumes } from './notification/request-secrets.js'
import type { Container, Volume } from './pod.js'
import type { Problem } from './problem.js'
import { escapeForKubelet } from './substitution.js'
import type { AnySubject } from './variables.js'
import { accessVolume } from './volumes.js'

export type HookType = 'preBackup' | 'postBackup' | 'preRestore' | 'postRestore'

/** Names of the containers that run hooks. */
export const preHookContainer = 'pre-task-hook'
export const postHookContainer = 'post-task-hook'

export const isPostHook = (type: HookType): boolean => type === 'postBackup' || type === 'postRestore'
const containerOf = (type: HookType): string => (isPostHook(type) ? postHookContainer : preHookContainer)

/** Volumes of the container that runs a hook: the credentials of its request. */
export const hookVolumes = (hook: Hook, type: HookType): Volume[] => requestVolumes(containerOf(type), [hook])

interface HookPlace {
  readonly type: HookType
  readonly image: string
  readonly outputDir: string
  /** Containers of the Task’s steps. */
  readonly siblings: readonly Container[]
  readonly subject: AnySubject
  readonly object: string
  readonly problems: Problem[]
}

/**
 * The container of one hook. A request, a socket and a command in Holdfast’s own image run through the agent, which
 * records the result; a command in the image of a step (`containerName`) runs as it is, and its exit code counts.
 */
export function hookContainer(hook: Hook, place: HookPlace): Container {
  const name = containerOf(place.type)
  if (hook.containerName === undefined) return agentHook(name, hook, place)
  const sibling = place.siblings.find(
    each => each.name === hook.containerName || each.name.replace(/-[0-9]+$/, '') === hook.containerName,
  )
  if (hook.exec === undefined) return agentHook(name, hook, place)
  if (sibling === undefined) {
    const known = place.siblings.map(each => each.name).join(', ')
    return refuse(
      name,
      hook,
      place,
      'containerName',
      `'${hook.containerName}' is no step of the Task; its steps are ${known}`,
    )
  }
  const policy: ExecutionPolicy = hook.executionPolicy ?? 'Always'
  if (sibling.image !== place.image && policy !== 'Always') {
    const message = `${policy} cannot be judged in the image of '${sibling.name}'; use Always, or leave containerName out`
    return refuse(name, hook, place, 'executionPolicy', message)
  }
  if (sibling.image === place.image) return agentHook(name, hook, place)
  const { args: _args, ports: _ports, volumeDevices: _devices, ...like } = sibling
  const volumeMounts = (like.volumeMounts ?? []).filter(isNoToken)
  return { ...like, volumeMounts, name, command: hook.exec.command.map(escapeForKubelet) }
}

function agentHook(name: string, hook: Hook, place: HookPlace): Container {
  const session = JSON.stringify(policySummary(place.subject))
  const asksForIt = (hook.httpGet ?? hook.httpPost) !== undefined && JSON.stringify(hook).includes('$(')
  const credentials = requestAccess(name, [hook])
  return {
    name,
    image: place.image,
    args: [
      'run-hook',
      `--hook-type=${place.type}`,
      `--output-dir=${escapeForKubelet(place.outputDir)}`,
      escapeForKubelet(hookArgument(hook)),
      ...credentials.args,
      // What its `$(NAME)` stand for.
      ...(asksForIt ? [`--session=${escapeForKubelet(session)}`] : []),
    ],
    env: [
      { name: 'HOOK_TYPE', value: place.type },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    volumeMounts: [...mountsOf(place.siblings), ...credentials.mounts],
  }
}

// A hook sees what the steps see, but neither the repository’s credentials nor a token of the Kubernetes API.
function mountsOf(siblings: readonly Container[]): NonNullable<Container['volumeMounts']> {
  const mounts = siblings
    .flatMap(each => each.volumeMounts ?? [])
    .filter(mount => mount.mountPath !== secretPath && isNoToken(mount))
  return [...new Map(mounts.map(mount => [mount.mountPath, mount])).values()]
}

const isNoToken = (mount: { readonly name: string }): boolean => mount.name !== accessVolume

function refuse(name: string, hook: Hook, place: HookPlace, field: string, message: string): Container {
  place.problems.push({ code: 'HF2007', object: place.object, path: `spec.hooks.${place.type}.${field}`, message })
  return agentHook(name, hook, place)
}

export const defaultOutputDir = `${scratchPath}/output`
