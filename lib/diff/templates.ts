import { annotations } from '../api/group.js'
import { digestOf } from '../digest.js'
import { fieldAt, textOf } from '../fleet/manifest.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { inputHash } from '../input-hash.js'
import type { AnySubject } from '../variables.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Difference, detailsOf, differencesOf } from './difference.js'
import type { PolicyPair } from './policy-pair.js'

/** What changes about committed Jobs by themselves, or fails to change with their policies. */
export function templateChanges(pairs: readonly PolicyPair[]): Change[] {
  const alike = new Map<string, { differences: readonly Difference[]; pairs: PolicyPair[] }>()
  const stale: Change[] = []
  for (const pair of pairs) {
    const { before, after } = pair
    if (isStale(after) && !isStale(before)) stale.push(staleChange(pair))
    if (before.jobTemplate === undefined || after.jobTemplate === undefined) continue
    if (hashesOf(before) !== hashesOf(after)) continue
    const differences = differencesOf(before.jobTemplate, after.jobTemplate, 'spec.jobTemplate').filter(
      ({ path }) => !path.endsWith('.image'),
    )
    if (differences.length === 0) continue
    const key = digestOf(differences)
    const group = alike.get(key)
    if (group === undefined) alike.set(key, { differences, pairs: [pair] })
    else group.pairs.push(pair)
  }
  return [...stale, ...[...alike.values()].flatMap(ownChange), ...pairs.flatMap(committedChange)]
}

// Defaults are not written out: the digest is of what the object itself says.
function isStale({ jobTemplate, repository, spec }: FleetPolicy): boolean {
  const committed = textOf(fieldAt(jobTemplate, 'metadata', 'annotations', annotations.inputHash))
  if (committed === undefined || repository === undefined) return false
  return committed !== inputHash({ spec, repository } as unknown as AnySubject)
}

const hashesOf = ({ jobTemplate }: FleetPolicy) => {
  const of = fieldAt(jobTemplate, 'metadata', 'annotations')
  return JSON.stringify([fieldAt(of, annotations.inputHash), fieldAt(of, annotations.functionsHash)])
}

function staleChange({ before, after, subject }: PolicyPair): Change {
  return {
    ...{ severity: 'danger', kind: 'template-stale', subject, details: [], positions: positionsOf(before, after) },
    sentence:
      'The committed Job was made from other fields of the policy or its Repository than those in git now: every session would be refused.',
    advice: 'Synthesize again, and commit both.',
  }
}

function ownChange({ differences, pairs }: { differences: readonly Difference[]; pairs: PolicyPair[] }): Change[] {
  const [first] = pairs
  if (first === undefined) return []
  const many = pairs.length > 1
  const whose = many
    ? `The committed Jobs of ${amount(pairs.length, 'policy', 'policies')} (${enumeration(pairs.map(({ after }) => policyKey(after)))})`
    : 'The committed Job'
  return [
    {
      ...{ severity: 'warning', kind: 'template-changed', subject: many ? 'committed Jobs' : first.subject },
      sentence: `${whose} changed while policy, Task and Functions did not: another version of the compiler, or an edit by hand.`,
      details: detailsOf(differences),
      positions: positionsOf(first.before, first.after),
      advice: 'A fresh synth gives the same Job unless somebody edited it.',
    },
  ]
}

function committedChange({ before, after, subject }: PolicyPair): Change[] {
  const [old, fresh] = [before.jobTemplate !== undefined, after.jobTemplate !== undefined]
  if (old === fresh) return []
  const sentence = fresh
    ? 'The Job is now committed with the policy: what runs is what was reviewed.'
    : 'The Job is no longer committed: the controller makes it from whatever Task and Functions the cluster has.'
  return [
    {
      ...{ severity: fresh ? 'notice' : 'warning', kind: 'template-changed', subject, sentence },
      details: [{ field: 'spec.jobTemplate', ...(fresh ? { after: 'committed' } : { before: 'committed' }) }],
      positions: positionsOf(before, after),
    },
  ]
}
