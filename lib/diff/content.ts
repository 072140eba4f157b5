import { isUnder } from '../folder.js'
import { targetMountPath } from '../variables.js'
import { enumeration } from './amount.js'
import { type Change, type ChangeKind, positionsOf, type Severity } from './change.js'
import { type Difference, detailsOf, differencesIn } from './difference.js'
import type { PolicyPair } from './policy-pair.js'

/** What changes about which data a policy’s backups hold, and when one counts as good. */
export function contentChanges(pairs: readonly PolicyPair[]): Change[] {
  return pairs.flatMap(pair => [
    ...pathChange(pair),
    ...folderChange(pair),
    ...patternChange(pair),
    ...argumentChange(pair),
    ...goodnessChange(pair),
    ...hookChange(pair, 'preBackup'),
    ...hookChange(pair, 'postBackup'),
  ])
}

function told(
  { before, after, subject }: PolicyPair,
  own: readonly Difference[],
  [severity, kind, sentence, advice]: readonly [Severity, ChangeKind, string, string?],
): Change {
  const details = detailsOf(own)
  const positions = positionsOf(before, after)
  return { severity, kind, subject, sentence, details, positions, ...(advice === undefined ? {} : { advice }) }
}

function pathChange(pair: PolicyPair): Change[] {
  const own = differencesIn(pair.differences, 'spec.target.paths')
  const [old, fresh] = [pair.before.paths, pair.after.paths]
  const mounts = [targetMountPath(pair.before.spec.target), targetMountPath(pair.after.spec.target)]
  // Another mount path renames all paths; what then lies under them is compared without it.
  const moved = mounts[0] !== mounts[1]
  const inside = (path: string, mount = '') => (moved ? path.slice(mount === '/' ? 0 : mount.length) || '/' : path)
  const before = old.map(path => inside(path, mounts[0]))
  const after = fresh.map(path => inside(path, mounts[1]))
  const lost = before.filter(path => !after.some(folder => isUnder(path, folder)))
  const nested = before.filter(path => !after.includes(path) && !lost.includes(path))
  const gained = after.filter(path => !before.some(folder => isUnder(path, folder)))
  const changes: Change[] = []
  if (lost.length > 0) {
    const sentence = `No longer backed up: ${enumeration(lost)}${moved ? ' of the volume' : ''}. Its snapshots stay, and nothing prunes them any more.`
    changes.push(told(pair, own, ['danger', 'content-narrowed', sentence]))
  }
  if (nested.length > 0 && !moved) {
    const sentence = `${enumeration(nested)} is now part of the snapshots of a folder above: its own history ends and is never pruned.`
    changes.push(told(pair, own, ['warning', 'lineage-broken', sentence]))
  }
  if (gained.length > 0) {
    changes.push(told(pair, own, ['notice', 'content-widened', `Now backed up as well: ${enumeration(gained)}.`]))
  }
  return changes
}

function folderChange(pair: PolicyPair): Change[] {
  const own = differencesIn(pair.differences, 'spec.target.volumeMounts[0].subPath')
  if (own.length === 0) return []
  const words = (value: unknown) => (value === undefined ? 'the whole claim' : `folder ${String(value)} of the claim`)
  const sentence = `The backup reads ${words(own[0]?.after)} instead of ${words(own[0]?.before)}, under the same paths: old and new snapshots hold different data.`
  return [told(pair, own, ['danger', 'content-changed', sentence])]
}

/** Patterns that leave out nearly everything. */
const sweeping = /^\/?(\*+\/?)+$|^\/$/

function patternChange(pair: PolicyPair): Change[] {
  const own = differencesIn(pair.differences, 'spec.target.exclude')
  const [old, fresh] = [pair.before.spec.target.exclude ?? [], pair.after.spec.target.exclude ?? []]
  const added = fresh.filter(pattern => !old.includes(pattern))
  const gone = old.filter(pattern => !fresh.includes(pattern))
  const changes: Change[] = []
  if (added.length > 0) {
    const severity = added.some(pattern => sweeping.test(pattern)) ? 'danger' : 'warning'
    const sentence = `Files that match ${enumeration(added, 8)} are no longer backed up.`
    changes.push(told(pair, own, [severity, 'content-narrowed', sentence]))
  }
  if (gone.length > 0) {
    const sentence = `Files that match ${enumeration(gone, 8)} are backed up again.`
    changes.push(told(pair, own, ['notice', 'content-widened', sentence]))
  }
  return changes
}

const narrowing = /^--(i?exclude|one-file-system|files-from)/

function argumentChange(pair: PolicyPair): Change[] {
  const own = differencesIn(pair.differences, 'spec.target.args')
  if (own.length === 0) return []
  const [old, fresh] = [pair.before.spec.target.args ?? [], pair.after.spec.target.args ?? []]
  const added = fresh.filter(flag => !old.includes(flag))
  const gone = old.filter(flag => !fresh.includes(flag))
  const narrower = added.filter(flag => narrowing.test(flag))
  if (narrower.length > 0) {
    const sentence = `restic leaves files out: ${enumeration(narrower, 8)}.`
    return [told(pair, own, ['warning', 'content-narrowed', sentence])]
  }
  const words = [
    ...(added.length === 0 ? [] : [`with ${enumeration(added, 8)}`]),
    ...(gone.length === 0 ? [] : [`without ${enumeration(gone, 8)}`]),
  ]
  const sentence = `restic backup runs ${words.length === 0 ? 'with its flags in another order' : words.join(', ')}.`
  return [told(pair, own, ['notice', 'content-changed', sentence])]
}

const sources = {
  partialPolicy: 'in which files could not be read',
  emptySourcePolicy: 'without a single file',
} as const

function goodnessChange(pair: PolicyPair): Change[] {
  return (['partialPolicy', 'emptySourcePolicy'] as const).flatMap(field => {
    const own = differencesIn(pair.differences, `spec.${field}`)
    if (own.length === 0) return []
    const accepts = pair.after.spec[field] === 'Accept'
    const sentence = `A backup ${sources[field]} ${accepts ? 'no longer fails' : 'now fails'}.`
    return [
      accepts
        ? told(pair, own, ['warning', 'source-policy-loosened', sentence])
        : told(pair, own, ['notice', 'source-policy-tightened', sentence]),
    ]
  })
}

function hookChange(pair: PolicyPair, which: 'preBackup' | 'postBackup'): Change[] {
  const own = differencesIn(pair.differences, `spec.hooks.${which}`, 'spec.hooks').filter(({ path }) =>
    path === 'spec.hooks' ? hookOf(pair.before, which) !== hookOf(pair.after, which) : path.includes(which),
  )
  if (own.length === 0) return []
  const when = which === 'preBackup' ? 'before' : 'after'
  const [old, fresh] = [hookOf(pair.before, which), hookOf(pair.after, which)]
  if (fresh === undefined) {
    const sentence = `Nothing runs ${when} the backup any more; it was ${hookWords(old)}.`
    const advice = 'Make sure that the application needs no quiescing.'
    return [told(pair, own, ['warning', 'hook-removed', sentence, advice])]
  }
  const sentence = `${hookWords(fresh)} now runs ${when} the backup${old === undefined ? '' : `, instead of ${hookWords(old)}`}.`
  return [told(pair, own, ['warning', old === undefined ? 'hook-added' : 'hook-changed', sentence])]
}

const hookOf = ({ spec }: PolicyPair['before'], which: 'preBackup' | 'postBackup') => spec.hooks?.[which]

function hookWords(hook: ReturnType<typeof hookOf>): string {
  if (hook?.exec !== undefined) return `‘${hook.exec.command.join(' ')}’`
  const request = hook?.httpGet ?? hook?.httpPost
  const host = (of: { host?: string | undefined; port?: number | undefined }) => `${of.host ?? 'the pod'}:${of.port}`
  const secret = request?.urlFrom?.secretKeyRef
  if (secret !== undefined) return `a request to the URL in Secret ${secret.name} (${secret.key})`
  if (request !== undefined) return `a request to ${host(request)}${request.path ?? '/'}`
  return hook?.tcpSocket === undefined ? 'a hook' : `a connection to ${host(hook.tcpSocket)}`
}
