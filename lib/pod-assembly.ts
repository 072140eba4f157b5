import type { Hook } from './api/hooks.js'
import { tryParseDuration } from './duration.js'
import { defaultOutputDir, type HookType, hookContainer, hookVolumes } from './hook-container.js'
import { nodeSelectorOf } from './node-selector.js'
import { notifyVolumes, startNotification } from './notification/notify-container.js'
import type { Container, PodSpec, Volume } from './pod.js'
import type { Problem } from './problem.js'
import { messageBudget } from './report.js'
import { defaultTimeOut } from './resolver-defaults.js'
import { containerSecurityContext, podSecurityContext } from './security-context.js'
import { defaultResources, settingsOfPod } from './settings.js'
import type { ResolvedSteps } from './steps.js'
import type { AnySubject } from './variables.js'
import {
  interimClaimPlaceholder,
  interimMount,
  interimVolume,
  kubernetesAccess,
  repositoryVolumes,
  scratch,
  scratchMount,
} from './volumes.js'

interface AssembledPod {
  readonly pod: PodSpec
  readonly podLabels: Readonly<Record<string, string>>
  readonly podAnnotations?: Readonly<Record<string, string>>
}

/** Name under which a container finds how many bytes its termination message may have. */
export const messageBudgetVariable = 'HOLDFAST_MESSAGE_BUDGET'

/** Puts hooks, shared volumes, security and settings around the steps of a Task. */
export function assemblePod(
  subject: AnySubject,
  steps: ResolvedSteps,
  object: string,
  problems: Problem[],
): AssembledPod {
  const ordered = withHooks(subject, steps.containers, object, problems)
  const containers = ordered.map(container => finished(container, ordered.length, subject))
  const settings = subject.spec.runtimeSettings?.pod
  const repository = repositoryVolumes(subject.repository.spec.backend)
  const nodeSelector = nodeSelectorOf(subject)
  const pod: PodSpec = {
    ...settingsOfPod(settings),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    restartPolicy: 'Never',
    serviceAccountName: steps.serviceAccountName ?? 'default',
    automountServiceAccountToken: false,
    enableServiceLinks: settings?.enableServiceLinks ?? false,
    activeDeadlineSeconds: Math.max(
      1,
      Math.round((tryParseDuration(subject.spec.timeOut ?? defaultTimeOut) ?? 0) / 1000),
    ),
    terminationGracePeriodSeconds: 60,
    securityContext: podSecurityContext(
      { ...subject.spec, repositoryGroup: needsRepositoryGroup(subject, steps) },
      settings?.securityContext,
    ),
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    volumes: volumesOf(subject, steps, repository.volumes),
  }
  return {
    pod,
    podLabels: settings?.podLabels ?? {},
    ...(settings?.podAnnotations === undefined ? {} : { podAnnotations: settings.podAnnotations }),
  }
}

function withHooks(subject: AnySubject, steps: readonly Container[], object: string, problems: Problem[]): Container[] {
  const { image } = subject
  const place = { image, outputDir: defaultOutputDir, siblings: steps, subject, object, problems }
  const { pre, post } = hooksOf(subject)
  const made = (hook: TypedHook | undefined) =>
    hook === undefined ? [] : [hookContainer(hook.hook, { ...place, type: hook.type })]
  return [...startNotification(subject), ...made(pre), ...steps.slice(0, -1), ...made(post), ...steps.slice(-1)]
}

interface TypedHook {
  readonly type: HookType
  readonly hook: Hook
}

/** The hooks around the steps, those of a backup or those of a restore. */
function hooksOf({ kind, spec }: AnySubject): { readonly pre?: TypedHook; readonly post?: TypedHook } {
  const { notifications: _told, ...own } = spec.hooks ?? {}
  const hooks: Record<string, Hook | undefined> = own
  const [pre, post] =
    kind === 'BackupConfiguration' ? (['preBackup', 'postBackup'] as const) : (['preRestore', 'postRestore'] as const)
  const typed = (type: HookType) => {
    const hook = hooks[type]
    return hook === undefined ? undefined : { type, hook }
  }
  const [before, after] = [typed(pre), typed(post)]
  return { ...(before === undefined ? {} : { pre: before }), ...(after === undefined ? {} : { post: after }) }
}

// What every container has, whoever wrote it.
function finished(container: Container, count: number, subject: AnySubject): Container {
  const interim = subject.spec.interimVolumeTemplate === undefined ? [] : [interimMount]
  const mounts = [...(container.volumeMounts ?? []), scratchMount, ...interim]
  return {
    ...container,
    imagePullPolicy: container.imagePullPolicy ?? 'IfNotPresent',
    env: [{ name: messageBudgetVariable, value: String(messageBudget(count)) }, ...(container.env ?? [])],
    volumeMounts: [...new Map(mounts.map(mount => [mount.mountPath, mount])).values()],
    resources: container.resources ?? subject.spec.runtimeSettings?.container?.resources ?? defaultResources,
    securityContext: container.securityContext ?? containerSecurityContext([], undefined),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
}

function volumesOf(subject: AnySubject, steps: ResolvedSteps, repository: readonly Volume[]): Volume[] {
  const interim = { name: interimVolume, persistentVolumeClaim: { claimName: interimClaimPlaceholder } }
  const { pre, post } = hooksOf(subject)
  const requests = [pre, post].flatMap(each => (each === undefined ? [] : hookVolumes(each.hook, each.type)))
  const volumes = [
    ...steps.volumes,
    ...notifyVolumes(subject.spec.hooks?.notifications ?? [], 'Started'),
    ...requests,
    ...repository,
    scratch(subject.spec.tempDir),
    ...(subject.spec.interimVolumeTemplate === undefined ? [] : [interim]),
    ...(steps.serviceAccountName === undefined ? [] : [kubernetesAccess()]),
  ]
  return [...new Map(volumes.map(volume => [volume.name, volume])).values()]
}

function needsRepositoryGroup(subject: AnySubject, steps: ResolvedSteps): boolean {
  if (subject.repository.spec.backend.local === undefined) return false
  return steps.volumes.every(
    volume => volume.persistentVolumeClaim === undefined || volume.persistentVolumeClaim.readOnly === true,
  )
}
