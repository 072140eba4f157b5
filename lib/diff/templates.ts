import { annotations } from '../api/group.js'
import { digestOf } from '../digest.js'
import { fieldAt, type Manifest, textOf } from '../fleet/manifest.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { inputHash } from '../input-hash.js'
import type { AnySubject } from '../variables.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { type Difference, detailsOf, differencesOf } from './difference.js'
import type { PolicyPair } from './policy-pair.js'

const template = 'spec.jobTemplate'

/** Jobs that changed in the same way. */
interface Alike {
  /** Whether something that Jobs are made from changed as well. */
  readonly expected: boolean
  readonly differences: readonly Difference[]
  readonly pairs: PolicyPair[]
}

/** What changes about committed Jobs by themselves, or fails to change with their policies. */
export function templateChanges(comparison: Comparison): Change[] {
  const { pairs } = comparison.policies
  const explained = explanations(comparison)
  const alike = new Map<string, Alike>()
  const stale: Change[] = []
  for (const pair of pairs) {
    const { before, after } = pair
    if (isStale(after) && !isStale(before)) stale.push(staleChange(pair))
    if (before.jobTemplate === undefined || after.jobTemplate === undefined) continue
    const differences = differencesOf(before.jobTemplate, after.jobTemplate, template).filter(
      ({ path }) => !path.endsWith('.image') && !path.startsWith(`${template}.metadata.annotations.`),
    )
    if (differences.length === 0) continue
    // A digest that anybody can write down explains nothing; what it is a digest of does.
    const expected = hashesOf(before) !== hashesOf(after) && explained(pair)
    const key = digestOf([expected, differences])
    const group = alike.get(key)
    if (group === undefined) alike.set(key, { expected, differences, pairs: [pair] })
    else group.pairs.push(pair)
  }
  return [...stale, ...[...alike.values()].flatMap(ownChange), ...pairs.flatMap(committedChange)]
}

/** Whether what Jobs are made from is another than before: fields of policy and Repository, or any step. */
function explanations(comparison: Comparison): (pair: PolicyPair) => boolean {
  const specOf = (manifest: Manifest | undefined) => fieldAt(manifest?.object, 'spec')
  const steps = ['Function', 'Task'].flatMap(kind => pairsOfKind(comparison, kind))
  const others = steps.some(({ before, after }) => differencesOf(specOf(before), specOf(after)).length > 0)
  return ({ before, after }) => others || inputOf(before) !== inputOf(after)
}

// Where the Repository is not in git, only the policy itself can be compared.
const inputOf = ({ spec, repository = { spec: {} } }: Pick<FleetPolicy, 'spec'> & { repository?: unknown }) =>
  inputHash({ spec, repository } as unknown as AnySubject)

// Defaults are not written out: the digest is of what the object itself says.
function isStale(policy: FleetPolicy): boolean {
  const { jobTemplate, repository } = policy
  const committed = textOf(fieldAt(jobTemplate, 'metadata', 'annotations', annotations.inputHash))
  if (committed === undefined || repository === undefined) return false
  return committed !== inputOf(policy)
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

function ownChange({ expected, differences, pairs }: Alike): Change[] {
  const [first] = pairs
  if (first === undefined) return []
  const many = pairs.length > 1
  const whose = many
    ? `The committed Jobs of ${amount(pairs.length, 'policy', 'policies')} (${enumeration(pairs.map(({ after }) => policyKey(after)))})`
    : 'The committed Job'
  return [
    {
      ...{ severity: expected ? 'notice' : 'warning', kind: 'template-changed' },
      subject: many ? 'committed Jobs' : first.subject,
      sentence: expected
        ? `${whose} changed with what ${many ? 'they are' : 'it is'} made from.`
        : `${whose} changed while policy, Task and Functions did not: another version of the compiler, or an edit by hand.`,
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
