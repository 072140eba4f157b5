import { fieldsOf, type Manifest, textOf } from '../fleet/manifest.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair } from './manifest-pair.js'

const label = 'pod-security.kubernetes.io/enforce'
// Kubernetes API: a namespace without the label is held to what the cluster says, privileged unless configured.
const ranks: Readonly<Record<string, number>> = { privileged: 0, baseline: 1, restricted: 2 }

/** Namespaces of Holdfast, policies and repositories that refuse fewer pods than before. */
export function podSecurityLevels(comparison: Comparison): Change[] {
  const { policies, repositories } = comparison.after
  const used = new Set([...policies, ...repositories].map(({ namespace }) => namespace))
  return pairsOfKind(comparison, 'Namespace', '').flatMap((pair): Change[] => {
    const { before, after } = pair
    if (before === undefined || after === undefined) return []
    const { name } = after.object.metadata
    const [old, fresh] = [levelOf(before), levelOf(after)]
    if (rankOf(fresh) >= rankOf(old) || !(used.has(name) || isOurPair(pair))) return []
    return [
      {
        ...{ severity: 'warning', kind: 'privileges-raised', subject: `namespace ${name}` },
        sentence: `Pod Security ${old} no longer holds in the namespace${fresh === undefined ? '' : `, only ${fresh}`}: pods that were refused may run beside the keys of its stores.`,
        details: [detail(label, old, fresh)],
        positions: positionsOf(before, after),
      },
    ]
  })
}

const levelOf = ({ object }: Manifest) => textOf(fieldsOf(object.metadata.labels)[label])
const rankOf = (level: string | undefined) => ranks[level ?? 'privileged'] ?? 0
