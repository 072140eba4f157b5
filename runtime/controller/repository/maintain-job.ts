import { labels, managedBy, scratchPath, secretPath } from '../../../lib/api/group.js'
import { hostOf } from '../../../lib/identity.js'
import { labelValue, unlockJobName } from '../../../lib/names.js'
import { messageBudgetVariable } from '../../../lib/pod-assembly.js'
import { messageBudget } from '../../../lib/report.js'
import { repositoryUrl, storeParts } from '../../../lib/repository-url.js'
import { containerSecurityContext, podSecurityContext } from '../../../lib/security-context.js'
import { settingsOfUpkeepPod } from '../../../lib/settings.js'
import { escapeForKubelet } from '../../../lib/substitution.js'
import { targetPaths } from '../../../lib/variables.js'
import { repositoryVolumes, scratch, scratchMount } from '../../../lib/volumes.js'
import type { KubeObject } from '../../kube/object.js'
import type { ConfigurationObject, JobObject, RepositoryObject } from '../objects.js'
import { ownedBy } from '../session/job.js'
import type { Settings } from '../settings.js'

/** What one maintain Job is to do. */
export interface Maintenance {
  readonly forget: readonly ConfigurationObject[]
  readonly check: boolean
  /** How much of the data the check reads, in place of what the Repository states. */
  readonly readDataSubset?: string | undefined
  readonly prune: boolean
  /** The check that is due was begun and did not end, and waits for its next turn. */
  readonly onlyRetention?: boolean
  /** Policies of the Repository: the first of its own namespace says where and as whom the Job runs. */
  readonly policies: readonly ConfigurationObject[]
}

const defaultResources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '1Gi' } }
/** Longest that maintenance may run: a prune of a big repository takes hours. */
export const maintainSeconds = 24 * 3600

interface Upkeep {
  readonly role: 'maintain' | 'unlock'
  readonly owner: KubeObject
  /** Of the pod; its own name by default. */
  readonly hostname?: string
  /** Longest that the pod may run. */
  readonly seconds: number
}

/** The Job that applies retention, verifies and prunes a Repository, with its own memory and the movers’ identity. */
export const maintainJob = (
  repository: RepositoryObject,
  name: string,
  work: Maintenance,
  settings: Settings,
): KubeObject =>
  upkeepJob(repository, name, work, settings, { role: 'maintain', owner: repository, seconds: maintainSeconds })

/** Longest that the removal of locks may take. */
export const unlockSeconds = 300

/**
 * The Job that removes the locks of a maintain Job whose pod was killed, and does nothing else. Its pod has the dead
 * one’s host name, by which restic finds the processes behind the locks gone. It goes when the Job goes that failed.
 */
export function unlockJob(
  repository: RepositoryObject,
  failed: JobObject,
  hostname: string,
  configurations: readonly ConfigurationObject[],
  settings: Settings,
): KubeObject {
  const name = unlockJobName(repository.metadata.name, failed.metadata.uid ?? '')
  const work = { forget: [], check: false, prune: false, policies: configurations }
  return upkeepJob(repository, name, work, settings, {
    role: 'unlock',
    owner: failed,
    hostname,
    seconds: unlockSeconds,
  })
}

function upkeepJob(
  repository: RepositoryObject,
  name: string,
  work: Maintenance,
  settings: Settings,
  { role, owner, hostname, seconds }: Upkeep,
): KubeObject {
  const { backend } = repository.spec
  const volumes = repositoryVolumes(backend)
  // Only a policy of the Repository’s own namespace shapes its maintenance: it runs beside that namespace’s Secret.
  const like = work.policies.find(each => each.metadata.namespace === repository.metadata.namespace)
  const labelsOfJob = {
    [labels.managedBy]: managedBy,
    [labels.job]: role,
    [labels.repository]: labelValue(repository.metadata.name),
  }
  const identity = {
    readAs: like?.spec.readAs,
    privileges: like?.spec.privileges,
    repositoryGroup: backend.local !== undefined,
  }
  const pod = like?.spec.runtimeSettings?.pod
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: repository.metadata.namespace ?? '',
      labels: labelsOfJob,
      ownerReferences: [ownedBy(owner)],
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: seconds + 600,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: labelsOfJob },
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: 'default',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          activeDeadlineSeconds: seconds,
          ...(hostname === undefined ? {} : { hostname }),
          terminationGracePeriodSeconds: 60,
          securityContext: podSecurityContext({ ...identity, privileges: undefined }),
          ...settingsOfUpkeepPod(pod, volumes.node),
          containers: [
            {
              name: 'maintain',
              image: settings.image,
              imagePullPolicy: 'IfNotPresent',
              args: argumentsFor(repository, work, settings, role === 'unlock'),
              env: [{ name: messageBudgetVariable, value: String(messageBudget(1)) }, ...proxyEnvironment(like)],
              volumeMounts: [
                { name: 'secret-volume', mountPath: secretPath, readOnly: true },
                ...volumes.mounts,
                scratchMount,
              ],
              resources: repository.spec.maintenance?.resources ?? defaultResources,
              securityContext: containerSecurityContext([]),
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
          ],
          volumes: [
            {
              name: 'secret-volume',
              secret: { secretName: backend.storageSecretName, optional: true, defaultMode: 0o444 },
            },
            ...volumes.volumes,
            scratch(),
          ],
        },
      },
    },
  }
}

const proxies = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'])

// Of a policy’s variables only the way to the store counts here; any other could change what the Job runs.
function proxyEnvironment(configuration: ConfigurationObject | undefined) {
  return (configuration?.spec.runtimeSettings?.container?.env ?? []).flatMap(({ name, value }) =>
    proxies.has(name) && value !== undefined ? [{ name, value }] : [],
  )
}

function argumentsFor(
  repository: RepositoryObject,
  work: Maintenance,
  settings: Settings,
  onlyUnlock: boolean,
): string[] {
  const { backend, clusterName, maintenance } = repository.spec
  const parts = storeParts(backend)
  const forget = work.forget.flatMap(each => {
    const host = hostOf(each.spec.target, each.metadata.namespace ?? '', clusterName)
    return targetPaths(each.spec.target).map(path => ({ host, path, policy: each.spec.retentionPolicy }))
  })
  const flags: Record<string, string> = {
    repository: repositoryUrl(backend),
    provider: parts.provider,
    region: parts.region ?? '',
    'insecure-tls': String(parts.insecureTLS),
    'max-connections': String(parts.maxConnections),
    'secret-dir': secretPath,
    'scratch-dir': scratchPath,
    'enable-cache': 'true',
    'repository-id': repository.status?.id ?? '',
    ...(onlyUnlock ? { 'only-unlock': 'true' } : {}),
    forget: JSON.stringify(forget),
    check: String(work.check),
    'read-data-subset': work.readDataSubset ?? maintenance?.check?.readDataSubset ?? '',
    prune: String(work.prune),
    'max-unused': maintenance?.prune?.maxUnused ?? '',
    'max-repack-size': maintenance?.prune?.maxRepackSize ?? '',
    namespace: repository.metadata.namespace ?? '',
    'repository-name': repository.metadata.name,
    bucket: parts.bucket,
    prefix: parts.prefix,
    'cluster-name': settings.clusterName,
    'pushgateway-url': settings.pushgatewayUrl,
  }
  return ['maintain', ...Object.entries(flags).map(([flag, value]) => `--${flag}=${escapeForKubelet(value)}`)]
}
