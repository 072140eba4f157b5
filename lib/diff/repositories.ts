import type { RepositorySpec } from '../api/repository.js'
import { tryParseDuration } from '../duration.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import type { FleetRepository } from '../fleet/repository.js'
import { grouped } from '../grouped.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf, type Severity } from './change.js'
import type { Comparison } from './comparison.js'
import { type Difference, detailsOf, differencesIn, differencesOf } from './difference.js'
import { repositoryWrittenOut } from './written-out.js'

/** A Repository on both sides, and the policies that use it afterwards. */
export interface RepositoryPair {
  readonly before: FleetRepository
  readonly after: FleetRepository
  readonly differences: readonly Difference[]
  readonly subject: string
  readonly users: readonly FleetPolicy[]
}

const keyOf = ({ namespace, name }: FleetRepository) => `${namespace}/${name}`

/** The Repositories that are there before and after. */
export function repositoryPairs({ before, after }: Comparison): RepositoryPair[] {
  const old = new Map(before.repositories.map(each => [keyOf(each), each]))
  const users = usersOf(after.policies)
  return after.repositories.flatMap(repository => {
    const previous = old.get(keyOf(repository))
    if (previous === undefined) return []
    return [
      {
        before: previous,
        after: repository,
        differences: differencesOf(repositoryWrittenOut(previous), repositoryWrittenOut(repository), 'spec'),
        subject: `repository ${keyOf(repository)}`,
        users: users.get(keyOf(repository)) ?? [],
      },
    ]
  })
}

const usersOf = (policies: readonly FleetPolicy[]) =>
  grouped(policies, ({ spec, namespace }) => `${spec.repository.namespace ?? namespace}/${spec.repository.name}`)

/** What changes about stores: Repositories that come and go, their upkeep, keys and consent. */
export function repositoryChanges(comparison: Comparison, pairs: readonly RepositoryPair[]): Change[] {
  return [
    ...comings(comparison),
    ...pairs.flatMap(pair => [
      ...maintenanceChange(pair),
      ...consentChange(pair),
      ...keysChange(pair),
      ...transportChange(pair),
      ...folderOfNode(pair),
    ]),
  ]
}

function comings({ before, after }: Comparison): Change[] {
  const [old, fresh] = [before, after].map(fleet => new Set(fleet.repositories.map(keyOf)))
  const users = usersOf(after.policies)
  const gone = before.repositories.filter(each => fresh?.has(keyOf(each)) !== true)
  const added = after.repositories.filter(each => old?.has(keyOf(each)) !== true)
  return [
    ...gone.map((each): Change => {
      const left = users.get(keyOf(each)) ?? []
      const failing = `, and ${amount(left.length, 'policy', 'policies')} (${enumeration(left.map(policyKey))}) still ${left.length === 1 ? 'uses' : 'use'} it: sessions fail`
      return {
        ...{ severity: left.length > 0 ? 'danger' : 'warning', kind: 'repository-removed' },
        subject: `repository ${keyOf(each)}`,
        sentence: `The Repository is gone${left.length > 0 ? failing : ''}. The data in ${each.store} stays; nothing checks or prunes it any more.`,
        details: [],
        positions: positionsOf(each, undefined),
      }
    }),
    ...added.map(
      (each): Change => ({
        ...{ severity: 'notice', kind: 'repository-added', subject: `repository ${keyOf(each)}`, details: [] },
        sentence: `The Repository is new, with its data in ${each.store}.`,
        positions: positionsOf(undefined, each),
      }),
    ),
    ...added.flatMap(each => hostPathChange(undefined, each, [])),
  ]
}

function maintenanceChange({ before, after, subject, differences }: RepositoryPair): Change[] {
  const own = differencesIn(differences, 'spec.maintenance').filter(({ path }) => !path.includes('.resources'))
  if (own.length === 0) return []
  const relaxed = own.some(
    ({ path, before: old, after: fresh }) =>
      (path.endsWith('.interval') && milliseconds(fresh) > milliseconds(old)) ||
      (path.endsWith('.readDataSubset') && fresh === undefined),
  )
  const words = own.map(({ path, before: old, after: fresh }) => {
    const [what, field] = path.replace('spec.maintenance.', '').split('.')
    const name = field === 'interval' || field === undefined ? what : `${what} ${field}`
    return `${name} ${text(fresh, path)} instead of ${text(old, path)}`
  })
  return [
    {
      ...{ severity: relaxed ? 'warning' : 'notice', kind: relaxed ? 'maintenance-relaxed' : 'maintenance-changed' },
      subject,
      sentence: `Upkeep changed: ${words.join('; ')}.`,
      details: detailsOf(own),
      positions: positionsOf(before, after),
    },
  ]
}

// Retention without an interval runs after every backup.
const milliseconds = (interval: unknown) => (typeof interval === 'string' ? (tryParseDuration(interval) ?? 0) : 0)

function text(value: unknown, path: string): string {
  if (value === undefined) return path.includes('.forget') ? 'after every backup' : 'unset'
  const every = path.endsWith('.interval') ? 'every ' : ''
  return `${every}${typeof value === 'string' ? value : (Object.values(value as object)[0] ?? '')}`
}

const ranks = { Same: 0, Selector: 1, All: 2 } as const
type Consent = NonNullable<RepositorySpec['usagePolicy']>['allowedNamespaces']

// A selector that asks for nothing selects every namespace.
function breadthOf(consent: Consent | undefined): keyof typeof ranks {
  const { matchLabels, matchExpressions } = consent?.selector ?? {}
  const asks = Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length
  return consent?.from === 'Selector' && asks === 0 ? 'All' : (consent?.from ?? 'Same')
}

function consentChange({ before, after, subject, differences, users }: RepositoryPair): Change[] {
  const own = differencesIn(differences, 'spec.usagePolicy')
  if (own.length === 0) return []
  const [old, fresh] = [before, after].map(
    ({ spec }) => spec.usagePolicy?.allowedNamespaces ?? { from: 'Same' as const },
  )
  const [from, to] = [breadthOf(old), breadthOf(fresh)]
  const common = { subject, details: detailsOf(own), positions: positionsOf(before, after) }
  const whom = { Same: 'its own namespace', All: 'every namespace', Selector: 'namespaces with certain labels' }
  if (ranks[to] < ranks[from]) {
    const foreign = users.filter(policy => policy.namespace !== after.namespace)
    const refused = foreign.length > 0
    const severity: Severity = !refused ? 'notice' : to === 'Same' ? 'danger' : 'warning'
    const condition = to === 'Same' ? 'would be refused' : 'are refused unless their namespaces have these labels'
    const whose = refused ? `: sessions of ${enumeration(foreign.map(policyKey))} ${condition}` : ''
    const sentence = `Only ${whom[to]} may use it, not ${whom[from]} any more${whose}.`
    return [{ ...common, severity, kind: 'usage-narrowed', sentence }]
  }
  if (to === from && to === 'All') {
    return [
      { ...common, severity: 'notice', kind: 'usage-widened', sentence: 'Every namespace may use it, as before.' },
    ]
  }
  const sentence =
    to === from
      ? 'Other namespaces may use it: the labels are others.'
      : `${whom[to]} may use it, not only ${whom[from]}.`
  const capital = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`
  return [{ ...common, severity: to === 'All' ? 'danger' : 'warning', kind: 'usage-widened', sentence: capital }]
}

function keysChange({ before, after, subject, differences, users }: RepositoryPair): Change[] {
  const own = differencesIn(differences, 'spec.backend.storageSecretName')
  if (own.length === 0) return []
  const secret = ({ spec, namespace }: FleetRepository) => `${namespace}/${spec.backend.storageSecretName}`
  return [
    {
      ...{ severity: 'warning', kind: 'credentials-changed', subject, details: detailsOf(own) },
      sentence: `The keys of the store come from Secret ${secret(after)} instead of ${secret(before)}, for ${amount(users.length, 'policy', 'policies')}.`,
      positions: positionsOf(before, after),
      advice: 'The Secret must be there first, with the same RESTIC_PASSWORD: another one opens no snapshot.',
    },
  ]
}

function transportChange({ before, after, subject, differences }: RepositoryPair): Change[] {
  const own = differencesIn(
    differences,
    'spec.backend.s3.insecureTLS',
    'spec.backend.s3.endpoint',
    'spec.backend.rest.url',
  )
  const plain = ({ backend }: RepositorySpec) =>
    [backend.s3?.endpoint, backend.rest?.url].some(address => address?.startsWith('http://') === true)
  const weaker = [
    ...(after.spec.backend.s3?.insecureTLS === true && before.spec.backend.s3?.insecureTLS !== true
      ? ['any certificate of the store is accepted']
      : []),
    ...(plain(after.spec) && !plain(before.spec) ? ['requests are no longer encrypted'] : []),
  ]
  if (weaker.length === 0) return []
  const sentence = `The way to the store is open to others: ${weaker.join(' and ')}.`
  return [
    {
      ...{ severity: 'danger', kind: 'transport-weakened', subject, sentence, details: detailsOf(own) },
      positions: positionsOf(before, after),
    },
  ]
}

const folderOfNode = ({ before, after, differences }: RepositoryPair) =>
  hostPathChange(before, after, differencesIn(differences, 'spec.backend.local.hostPath'))

function hostPathChange(
  before: FleetRepository | undefined,
  after: FleetRepository,
  own: readonly Difference[],
): Change[] {
  const folder = after.spec.backend.local?.hostPath
  if (folder === undefined || folder.path === before?.spec.backend.local?.hostPath?.path) return []
  return [
    {
      ...{
        severity: 'danger',
        kind: 'privileges-raised',
        subject: `repository ${keyOf(after)}`,
        details: detailsOf(own),
      },
      sentence: `Movers mount the folder ${folder.path} of node ${folder.node}: their namespaces must allow Pod Security privileged.`,
      positions: positionsOf(before, after),
    },
  ]
}
