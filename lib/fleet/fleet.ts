import { apiGroup } from '../api/group.js'
import type { Problem } from '../problem.js'
import { scalingOf } from './autoscaling.js'
import { type Claim, namespaceOf, type VolumeTemplates } from './claim.js'
import { readClaims } from './claim-reading.js'
import { type ForeignCronJob, foreignCronJob } from './cron-job.js'
import { describeManifest, groupOf, type Manifest } from './manifest.js'
import { type FleetPolicy, policyFrom } from './policy.js'
import { type FleetRepository, repositoryFrom } from './repository.js'

/** Everything that git says about volumes and their backups, read once for all analyses. */
export interface Fleet {
  readonly policies: readonly FleetPolicy[]
  readonly repositories: readonly FleetRepository[]
  readonly claims: readonly Claim[]
  /** CronJobs of others that mount claims. */
  readonly cronJobs: readonly ForeignCronJob[]
  /** Every manifest, each object once. */
  readonly manifests: readonly Manifest[]
  /** What could not be read; its objects are not part of the fleet. */
  readonly problems: readonly Problem[]
}

export interface FleetOptions {
  /** Claims that operators make from their own objects. @default - none */
  readonly volumeTemplates?: readonly VolumeTemplates[]
}

/** The fleet that manifests describe. Never throws: what cannot be judged is among `problems`. */
export function fleetOf(all: readonly Manifest[], options: FleetOptions = {}): Fleet {
  const problems: Problem[] = []
  const manifests = distinct(all, problems)
  const ours = (kind: string) => manifests.filter(({ object }) => object.kind === kind && groupOf(object) === apiGroup)
  const repositories = ours('Repository').flatMap(manifest => {
    const read = repositoryFrom(manifest)
    if (!read.ok) problems.push(...read.problems)
    return read.ok ? [read.repository] : []
  })
  const byKey = new Map(repositories.map(each => [`${each.namespace}/${each.name}`, each]))
  const policies = ours('BackupConfiguration').flatMap(manifest => {
    const read = policyFrom(manifest, byKey)
    if (!read.ok) problems.push(...read.problems)
    return read.ok ? [read.policy] : []
  })
  const scaling = scalingOf(manifests)
  const claims = manifests.flatMap(manifest => {
    const read = readClaims(manifest, options.volumeTemplates, scaling)
    problems.push(...read.problems)
    return read.claims
  })
  const cronJobs = manifests.flatMap(manifest => foreignCronJob(manifest) ?? [])
  return { policies, repositories, claims, cronJobs, manifests, problems }
}

function distinct(all: readonly Manifest[], problems: Problem[]): Manifest[] {
  const first = new Map<string, Manifest>()
  for (const manifest of all) {
    const { object, position } = manifest
    // A namespace that was left out is `default`; an object of a cluster has none either way.
    const key = JSON.stringify([groupOf(object), object.kind, namespaceOf(object), object.metadata.name])
    const other = first.get(key)
    if (other === undefined) first.set(key, manifest)
    else {
      const message = `is also described at ${other.position}; an apply would keep only one of them. Remove one, or rename it`
      problems.push({ code: 'HF5003', object: describeManifest(object), path: '', message, source: position })
    }
  }
  return [...first.values()]
}
