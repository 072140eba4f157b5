import { labels, managedBy, secretPath } from '../../../lib/api/group.js'
import { builtInFunctions } from '../../../lib/built-ins.js'
import { defaultOutputDir, hookContainer, hookVolumes, postHookContainer } from '../../../lib/hook-container.js'
import { guardedEnvironment } from '../../../lib/mover-environment.js'
import { attemptJobName } from '../../../lib/names.js'
import type { Container, Volume } from '../../../lib/pod.js'
import { messageBudgetVariable } from '../../../lib/pod-assembly.js'
import { messageBudget, type StepReport } from '../../../lib/report.js'
import { addedCapabilities, containerSecurityContext, podSecurityContext } from '../../../lib/security-context.js'
import { withSessionEnvironment } from '../../../lib/session-variables.js'
import { settingsOfUpkeepPod } from '../../../lib/settings.js'
import { escapeForKubelet, substituteTree } from '../../../lib/substitution.js'
import { type AnySubject, secretNameOf, systemVariables, targetPaths } from '../../../lib/variables.js'
import { repositoryVolumes, scratch, scratchMount } from '../../../lib/volumes.js'
import type { KubeObject } from '../../kube/object.js'
import { deadHostOf } from '../dead-host.js'
import { isBackup } from '../objects.js'
import { childLabels, ownedBy, sessionValues } from './job.js'
import type { SessionObserved } from './observed.js'
import type { Finding } from './pod-verdict.js'
import { statusOf } from './session-status.js'

interface Unfinished {
  readonly cause: Finding
  readonly reports: readonly StepReport[]
}

const defaultResources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } }
/** Longest that a finish Job may run: it looks snapshots up, runs a hook and pushes metrics. */
export const finishSeconds = 600

/**
 * The Job that ends an attempt whose own pod could not: it runs the post hook that is owed, looks the snapshots up
 * by their session tag, pushes metrics and reports. It does not mount the target. After a pod that was killed it has
 * that pod’s host name: so restic removes the locks that the pod left.
 */
export function finishJob(
  observed: SessionObserved,
  subject: AnySubject,
  name: string,
  unfinished: Unfinished,
): KubeObject {
  const { session, settings } = observed
  const own = childLabels(session, 'finish')
  const repository = repositoryVolumes(subject.repository.spec.backend)
  const secret = {
    name: 'secret-volume',
    secret: { secretName: secretNameOf(subject), optional: true, defaultMode: 0o444 },
  }
  const owed = owedHook(subject, settings.image, unfinished.reports)
  const hostname = deadHost(observed)
  const finish = finishContainer(observed, subject, unfinished, hostname !== undefined)
  const containers = [...owed.flatMap(each => each.container), finish].map(container =>
    complete(container, owed.length + 1, observed, subject),
  )
  const pod = subject.spec.runtimeSettings?.pod
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: session.metadata.namespace ?? '', labels: own, ownerReferences: [ownedBy(session)] },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: finishSeconds + 120,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: { ...pod?.podLabels, ...own, [labels.managedBy]: managedBy } },
        spec: {
          restartPolicy: 'Never',
          ...(hostname === undefined ? {} : { hostname }),
          serviceAccountName: 'default',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          activeDeadlineSeconds: finishSeconds,
          ...settingsOfUpkeepPod(pod, repository.node),
          securityContext: podSecurityContext({
            ...subject.spec,
            repositoryGroup: subject.repository.spec.backend.local !== undefined,
          }),
          initContainers: containers.slice(0, -1),
          containers: containers.slice(-1),
          volumes: [secret, ...repository.volumes, ...owed.flatMap(each => each.volumes), scratch()],
        },
      },
    },
  }
}

// From the session’s own uid and not from its status, which others may write.
function deadHost({ session, pod }: SessionObserved): string | undefined {
  const attempt = statusOf(session).attempt ?? 1
  return deadHostOf(attemptJobName(session.metadata.name, session.metadata.uid ?? '', attempt), pod)
}

function finishContainer(
  observed: SessionObserved,
  subject: AnySubject,
  { cause, reports }: Unfinished,
  removesLocks: boolean,
): Container {
  const variables = new Map([...systemVariables(subject), ['outputDir', { text: defaultOutputDir }] as const])
  const context = { variables, object: 'Function update-status', problems: [] }
  const args = substituteTree(builtInFunctions['update-status']?.args ?? [], 'args', 'expanded', context).slice(1)
  const mover = reports.find(report => report.step === 'pvc-backup' || report.step === 'pvc-restore')
  const paths = subject.kind === 'BackupConfiguration' ? targetPaths(subject.spec.target) : []
  const literal = (flag: string, value: string) => `--${flag}=${escapeForKubelet(value)}`
  return {
    name: 'finish',
    image: observed.settings.image,
    args: [
      'finish',
      ...args,
      literal('target', isBackup(observed.session) ? 'backup' : 'restore'),
      literal('paths', JSON.stringify(paths)),
      literal('cause', cause.reason),
      literal('cause-message', cause.message),
      ...(removesLocks ? [literal('remove-dead-locks', 'true')] : []),
      literal('prior', mover === undefined ? '' : JSON.stringify({ ...mover, ...ranHook(reports) })),
    ],
    volumeMounts: [
      { name: 'secret-volume', mountPath: secretPath, readOnly: true },
      ...repositoryVolumes(subject.repository.spec.backend).mounts,
    ],
  }
}

/** The hook after that ran before the pod went: it is not run again, and what became of it still counts. */
function ranHook(reports: readonly StepReport[]): Pick<StepReport, 'postHook'> {
  const postHook = reports.find(report => report.step === 'run-hook' && report.postHook?.ran === true)?.postHook
  return postHook === undefined ? {} : { postHook }
}

interface OwedHook {
  readonly container: Container
  readonly volumes: readonly Volume[]
}

// A hook that runs in the image of a Task’s step cannot run here: the step’s volumes are not mounted.
function owedHook(subject: AnySubject, image: string, reports: readonly StepReport[]): OwedHook[] {
  const hooks = subject.spec.hooks ?? {}
  const hook = 'postBackup' in hooks ? hooks.postBackup : 'postRestore' in hooks ? hooks.postRestore : undefined
  const type = subject.kind === 'BackupConfiguration' ? 'postBackup' : 'postRestore'
  if (hook === undefined || ranHook(reports).postHook !== undefined) return []
  const { containerName: _name, ...own } = hook
  const place = { image, outputDir: defaultOutputDir, siblings: [], subject, object: '', problems: [] }
  const made = hookContainer(own, { ...place, type })
  return [{ container: { ...made, name: postHookContainer }, volumes: hookVolumes(own, type) }]
}

function complete(container: Container, count: number, observed: SessionObserved, subject: AnySubject): Container {
  const attempt = statusOf(observed.session).attempt ?? 1
  const values = sessionValues(observed, attempt)
  const policyEnv = subject.spec.runtimeSettings?.container?.env ?? []
  const budget = { name: messageBudgetVariable, value: String(messageBudget(count)) }
  return {
    ...container,
    imagePullPolicy: 'IfNotPresent',
    env: withSessionEnvironment(values, guardedEnvironment([budget, ...(container.env ?? []), ...policyEnv])),
    volumeMounts: [...(container.volumeMounts ?? []), scratchMount],
    // A quota or a LimitRange that admits the policy’s own pods must admit this one too.
    resources: subject.spec.runtimeSettings?.container?.resources ?? defaultResources,
    securityContext: containerSecurityContext(addedCapabilities(subject.kind, subject.spec.privileges)),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
}
