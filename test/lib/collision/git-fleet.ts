import { type Fleet, fleetOf } from '../../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'

interface Policy {
  readonly name: string
  readonly schedule: string
  readonly timeZone?: string
  readonly claim?: string
  readonly repository?: string
  readonly duration?: string
  readonly startDeadline?: string
  readonly paused?: boolean
  readonly labels?: Readonly<Record<string, string>>
}
interface OtherJob {
  readonly name: string
  readonly schedule: string
  readonly claim: string
}

/** A fleet as git has it: policies of the namespace shop, and the repositories that they name. */
export function gitFleet(
  policies: readonly Policy[],
  more: {
    readonly limit?: number
    readonly cronJobs?: readonly OtherJob[]
    readonly objects?: readonly ManifestObject[]
  } = {},
): Fleet {
  const repositories = [...new Set(policies.map(({ repository = 'store' }) => repository))]
  const objects = [
    ...repositories.map(name => repositoryObject(name, more.limit ?? 4)),
    ...policies.map(policyObject),
    ...(more.cronJobs ?? []).map(cronJobObject),
    ...(more.objects ?? []),
  ]
  const fleet = fleetOf(objects.map((object, index) => ({ object, position: `fleet.yaml:${index + 1}:1` })))
  if (fleet.problems.length > 0) throw new Error(JSON.stringify(fleet.problems))
  return fleet
}

function repositoryObject(name: string, maxConcurrentSessions: number): ManifestObject {
  const s3 = { endpoint: 's3.example.com', bucket: name }
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name, namespace: 'shop' },
    spec: { backend: { s3, storageSecretName: 'keys' }, maxConcurrentSessions },
  }
}

function policyObject(policy: Policy): ManifestObject {
  const {
    name,
    schedule,
    timeZone,
    claim = name,
    repository = 'store',
    duration,
    startDeadline,
    paused,
    labels,
  } = policy
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'BackupConfiguration',
    metadata: {
      name,
      namespace: 'shop',
      ...(labels === undefined ? {} : { labels }),
      ...(duration === undefined ? {} : { annotations: { 'holdfast.dev/expected-duration': duration } }),
    },
    spec: {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim } },
      repository: { name: repository },
      schedule,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(startDeadline === undefined ? {} : { startDeadline }),
      ...(paused === undefined ? {} : { paused }),
      retentionPolicy: { keepLast: 3 },
    },
  }
}

function cronJobObject({ name, schedule, claim }: OtherJob): ManifestObject {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim } }]
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: 'shop' },
    spec: { schedule, jobTemplate: { spec: { template: { spec: { volumes } } } } },
  }
}
