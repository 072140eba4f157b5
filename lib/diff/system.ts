import { apiGroup, labels } from '../api/group.js'
import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, type Manifest, type ManifestObject } from '../fleet/manifest.js'
import { policyKey } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import { labelValue } from '../names.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair, type ManifestPair } from './manifest-pair.js'

/** Parts of Holdfast itself that come, go, or no longer run; what has changes of its own is left to those. */
export function systemChanges(comparison: Comparison): Change[] {
  const pairs = [...comparison.manifests.values()].flat().filter(pair => isOurPair(pair) && isPart(pair))
  const stays = policiesWith(comparison)
  const gone = pairs.filter(({ after }) => after === undefined).filter(({ before }) => stays(before))
  const added = pairs.filter(({ before, after }) => before === undefined && !ofPolicy(after))
  return [...gone.map(removal), ...pairs.flatMap(standstill), ...additions(added)]
}

const toldElsewhere = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'CustomResourceDefinition'])

// A policy’s CronJob is its trigger, and a namespace with backups has a change of its own.
function isPart({ group, kind, before, after }: ManifestPair): boolean {
  if (group === apiGroup || toldElsewhere.has(kind) || kind === 'Namespace') return false
  return kind !== 'CronJob' || !ofPolicy(after ?? before)
}

const ofPolicy = (manifest: Manifest | undefined) => labelOf(manifest) !== undefined
const labelOf = (manifest: Manifest | undefined) => manifest?.object.metadata.labels?.[labels.configuration]

/** Whether what an object is for is still there: all but the parts of policies that went with them. */
function policiesWith({ after }: Comparison): (manifest: Manifest | undefined) => boolean {
  const known = new Set(after.policies.map(each => policyKey({ ...each, name: labelValue(each.name) })))
  return manifest => {
    const name = labelOf(manifest)
    return manifest !== undefined && (name === undefined || known.has(`${namespaceOf(manifest.object)}/${name}`))
  }
}

const isController = ({ kind, metadata }: ManifestObject) =>
  kind === 'Deployment' && metadata.labels?.[labels.component] === 'controller'

const nameOf = ({ metadata }: ManifestObject) =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`

const consequence = 'no session starts, nothing is pruned or checked, and nobody is told'

function removal({ before, after, kind }: ManifestPair): Change {
  const object = before?.object
  const controller = object !== undefined && isController(object)
  return {
    ...{ severity: controller ? 'danger' : 'warning', kind: 'system-reduced', details: [] },
    subject: `${kind} ${object === undefined ? '' : nameOf(object)}`,
    sentence: controller
      ? `The controller is gone from git. Once a sync has pruned it, ${consequence}.`
      : `The ${kind} is gone from git; it is part of Holdfast, and what needs it fails once a sync has pruned it.`,
    positions: positionsOf(before, after),
  }
}

function standstill({ before, after, kind }: ManifestPair): Change[] {
  if (before === undefined || after === undefined) return []
  const [old, fresh] = [before, after].map(({ object }) => fieldAt(object, 'spec', 'replicas'))
  if (fresh !== 0 || old === 0) return []
  const controller = isController(before.object)
  return [
    {
      ...{ severity: controller ? 'danger' : 'warning', kind: 'system-reduced' },
      subject: `${kind} ${nameOf(after.object)}`,
      sentence: controller
        ? `The controller is switched off: ${consequence}.`
        : 'It is switched off: no pod of it runs.',
      details: [detail('spec.replicas', String(old ?? 1), '0')],
      positions: positionsOf(before, after),
    },
  ]
}

function additions(added: readonly ManifestPair[]): Change[] {
  return [...grouped(added, ({ kind }) => kind)].map(([kind, members]): Change => {
    const names = members.flatMap(({ after }) => (after === undefined ? [] : [nameOf(after.object)]))
    return {
      ...{
        severity: 'notice',
        kind: 'system-added',
        details: [],
        positions: positionsOf(undefined, members[0]?.after),
      },
      subject: names.length === 1 ? `${kind} ${names[0]}` : amount(names.length, kind),
      sentence: `New as a part of Holdfast: ${enumeration(names)}.`,
    }
  })
}
