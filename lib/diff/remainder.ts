import { apiGroup } from '../api/group.js'
import { digestOf } from '../digest.js'
import { namespaceOf } from '../fleet/claim.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { type Difference, detailsOf, differencesOf, isWithin } from './difference.js'
import { isOurPair, isOurs, type ManifestPair } from './manifest-pair.js'
import type { RepositoryPair } from './repositories.js'

/** So that nothing is silent: fields of policies and Repositories that no other change shows among its details. */
export function remainingFields(
  { policies }: Comparison,
  repositories: readonly RepositoryPair[],
  told: readonly Change[],
): Change[] {
  const shown = new Map<string, string[]>()
  for (const { subject, details } of told) {
    const fields = details.map(({ field }) => field)
    const others = shown.get(subject)
    if (others === undefined) shown.set(subject, fields)
    else others.push(...fields)
  }
  return [...policies.pairs, ...repositories].flatMap(({ subject, differences, before, after }): Change[] => {
    const fields = shown.get(subject) ?? []
    const own = differences.filter(({ path }) => !fields.some(field => isWithin(path, field)))
    if (own.length === 0) return []
    return [
      {
        ...{ severity: 'notice', kind: 'settings-changed', subject },
        sentence: `Changed as well: ${fieldWords(own)}.`,
        details: detailsOf(own),
        positions: positionsOf(before, after),
      },
    ]
  })
}

const fieldWords = (own: readonly Difference[], most = 8) => enumeration([...new Set(own.map(shortPath))], most)

// A definition’s schema is mostly path.
const shortPath = ({ path }: Difference) =>
  path
    .replace(/^spec\./, '')
    .replace(/^versions\[\d+\]\.schema\.openAPIV3Schema\./, '')
    .replace(/\bproperties\./g, '')

const toldElsewhere = new Set(['BackupConfiguration', 'Repository', 'RestoreSession'])
const toldAsRoles = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'])
// A trigger’s schedule is its policy’s; images and privileges have changes of their own.
const toldFields = /^metadata\.|^spec\.(schedule|timeZone|suspend|startingDeadlineSeconds)$|\.image$/

/** Other objects of Holdfast that differ: one change for all that differ alike. */
export function remainingObjects({ manifests }: Comparison): Change[] {
  const alike = new Map<string, { own: Difference[]; pairs: ManifestPair[] }>()
  for (const pair of [...manifests.values()].flat()) {
    const { before, after, group, kind } = pair
    if (before === undefined || after === undefined || !isOurPair(pair)) continue
    if (toldAsRoles.has(kind) || (group === apiGroup && toldElsewhere.has(kind))) continue
    // Without its label an object is no longer watched over, by this comparison either.
    const disowned = isOurs(before.object) && !isOurs(after.object)
    const all = differencesOf(before.object, after.object).filter(
      ({ path }) => !toldFields.test(path) || (disowned && path.startsWith('metadata.labels')),
    )
    const own = group === apiGroup ? all.filter(({ path }) => !path.startsWith('spec')) : all
    if (own.length === 0) continue
    const key = digestOf([kind, own])
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { own, pairs: [pair] })
    else known.pairs.push(pair)
  }
  return [...alike.values()].flatMap(({ own, pairs }): Change[] => {
    const [first] = pairs
    if (first === undefined) return []
    const names = pairs.flatMap(({ after }) => (after === undefined ? [] : fullName(after.object)))
    const subject = names.length === 1 ? `${first.kind} ${names[0]}` : `${amount(names.length, first.kind)}`
    return [
      {
        // A trigger that runs something else may start nothing at all.
        severity: first.kind === 'CronJob' && own.some(({ path }) => runs.test(path)) ? 'warning' : 'notice',
        ...{ kind: 'settings-changed', subject, details: detailsOf(own) },
        sentence: `${names.length === 1 ? '' : `${enumeration(names)}: `}${amount(own.length, 'field')} changed (${fieldWords(own, 3)}).`,
        positions: positionsOf(first.before, first.after),
      },
    ]
  })
}

const runs = /\.(command|args|serviceAccountName)$/

type ManifestObject = NonNullable<ManifestPair['after']>['object']

const fullName = (object: ManifestObject) =>
  object.metadata.namespace === undefined ? object.metadata.name : `${namespaceOf(object)}/${object.metadata.name}`
