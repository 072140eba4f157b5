import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, textOf } from '../fleet/manifest.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail, detailsOf, differencesOf } from './difference.js'
import type { ManifestPair } from './manifest-pair.js'

/** Restores and backups that start because their objects are applied. */
export function sessionChanges(comparison: Comparison): Change[] {
  return [
    ...pairsOfKind(comparison, 'RestoreSession').flatMap(restoreChange),
    ...pairsOfKind(comparison, 'BackupSession').flatMap(backupChange),
  ]
}

const effects = {
  IfEmpty: 'only if the volume is empty',
  Merge: 'and its files win over those of the volume',
  Replace: 'and files of the volume that are not in the snapshot are removed',
} as const

function restoreChange({ before, after }: ManifestPair): Change[] {
  const object = (after ?? before)?.object
  if (object === undefined) return []
  const subject = `restore ${namespaceOf(object)}/${object.metadata.name}`
  const positions = positionsOf(before, after)
  if (after === undefined) {
    const sentence = 'The restore is gone from git. What it restored stays.'
    return [{ severity: 'notice', kind: 'restore-removed', subject, sentence, details: [], positions }]
  }
  if (before === undefined) return [startOf(after, subject)]
  const own = differencesOf(before.object['spec'], after.object['spec'], 'spec')
  if (own.length === 0) return []
  return [
    {
      ...{ severity: 'danger', kind: 'restore-changed', subject, details: detailsOf(own), positions },
      sentence:
        'The restore was changed. A restore that is there cannot be: the sync fails, and deleting it to make room restores again.',
      advice: 'Give the new restore a name of its own.',
    },
  ]
}

function startOf(after: NonNullable<ManifestPair['after']>, subject: string): Change {
  const { object } = after
  const overwrite = textOf(fieldAt(object, 'spec', 'overwrite')) ?? 'IfEmpty'
  const claim = textOf(fieldAt(object, 'spec', 'target', 'ref', 'name')) ?? ''
  const root = textOf(fieldAt(object, 'spec', 'privileges')) === 'read-any-file'
  const harmless = overwrite === 'IfEmpty' && !root
  const effect = Object.hasOwn(effects, overwrite) ? effects[overwrite as keyof typeof effects] : `with ${overwrite}`
  const as = root ? ' It runs as root.' : ''
  return {
    ...{ severity: harmless ? 'warning' : 'danger', kind: 'restore-starts', subject },
    sentence: `Applying this starts a restore into claim ${namespaceOf(object)}/${claim}, ${effect}.${as}`,
    details: [detail('spec.overwrite', undefined, overwrite)],
    positions: positionsOf(undefined, after),
    ...(overwrite === 'IfEmpty' ? {} : { advice: 'It starts again whenever the object is deleted and applied anew.' }),
  }
}

function backupChange({ before, after }: ManifestPair): Change[] {
  if (before !== undefined || after === undefined) return []
  const { object } = after
  return [
    {
      ...{ severity: 'notice', kind: 'backup-starts', details: [], positions: positionsOf(undefined, after) },
      subject: `session ${namespaceOf(object)}/${object.metadata.name}`,
      sentence: `Applying this starts a backup by policy ${namespaceOf(object)}/${textOf(fieldAt(object, 'spec', 'invoker', 'name')) ?? ''}.`,
    },
  ]
}
