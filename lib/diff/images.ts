import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, itemsOf, textOf } from '../fleet/manifest.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { containersOf } from '../pod-security/violation.js'
import type { SourcePosition } from '../problem.js'
import { amount, enumeration } from './amount.js'
import type { Change } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair } from './manifest-pair.js'
import { podTemplateOf } from './privileges.js'

const jobKind = 'Job of policy'

/** The images of one object by container. */
interface Place {
  readonly name: string
  readonly kind: string
  readonly position: SourcePosition
  readonly images: ReadonlyMap<string, string>
}

interface Move {
  readonly before: string | undefined
  readonly after: string
  readonly places: (readonly [Place | undefined, Place])[]
}

/** Which images run instead of which; one change for all places that change alike. */
export function imageChanges(comparison: Comparison): Change[] {
  const places = placesOf(comparison)
  const known = new Set(places.flatMap(([before]) => [...(before?.images.values() ?? [])]))
  const moves = new Map<string, Move>()
  for (const [before, after] of places) {
    if (after === undefined) continue
    for (const [container, image] of after.images) {
      const old = before?.images.get(container)
      if (old === image || (old === undefined && known.has(image))) continue
      const key = JSON.stringify([old, image])
      const move = moves.get(key) ?? { before: old, after: image, places: [] }
      moves.set(key, move)
      move.places.push([before, after])
    }
  }
  return [...moves.values()].map(move => changeOf(move, known.size > 0))
}

function changeOf({ before, after, places }: Move, sawImages: boolean): Change {
  const byKind = new Map<string, Set<string>>()
  for (const [, { kind, name }] of places) byKind.set(kind, (byKind.get(kind) ?? new Set()).add(name))
  const where = [...byKind].map(([kind, names]) =>
    names.size <= 3
      ? `${kind} ${enumeration([...names])}`
      : amount(names.size, kind, kind === jobKind ? 'Jobs of policies' : `${kind}s`),
  )
  const loose = after.includes('@sha256:') ? '' : ' It is named by tag: what runs can change without a change in git.'
  const [first] = places
  const common = {
    subject: `image ${nameOf(after)}`,
    details: [detail('image', before, after), detail('where', undefined, where.join('; '))],
    positions: {
      ...(before === undefined || first?.[0] === undefined ? {} : { before: first[0].position }),
      ...(first === undefined ? {} : { after: first[1].position }),
    },
  }
  if (before === undefined) {
    const sentence = `${after} is new, in ${where.join(' and ')}.${loose}`
    return { ...common, severity: sawImages ? 'warning' : 'notice', kind: 'image-added', sentence }
  }
  const sentence = `${after} runs instead of ${before}, in ${where.join(' and ')}.`
  const unpinned = before.includes('@sha256:') && loose !== ''
  if (nameOf(before) !== nameOf(after) || unpinned) {
    return { ...common, severity: 'warning', kind: 'image-source-changed', sentence: `${sentence}${loose}` }
  }
  return { ...common, severity: 'notice', kind: 'image-changed', sentence: `${sentence}${loose}` }
}

/** An image’s name without tag and digest. */
const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')

function placesOf(comparison: Comparison): (readonly [Place | undefined, Place | undefined])[] {
  const { pairs, added, removed } = comparison.policies
  const workloads = [...comparison.manifests.values()].flat().filter(isOurPair)
  return [
    ...pairs.map(({ before, after }) => [jobOf(before), jobOf(after)] as const),
    ...added.map(policy => [undefined, jobOf(policy)] as const),
    ...removed.map(policy => [jobOf(policy), undefined] as const),
    ...pairsOfKind(comparison, 'Function').map(({ before, after }) => [functionOf(before), functionOf(after)] as const),
    ...workloads.map(({ before, after }) => [workloadOf(before), workloadOf(after)] as const),
  ]
}

function jobOf(policy: FleetPolicy): Place {
  const images = imagesIn(fieldAt(policy.jobTemplate, 'spec', 'template', 'spec'))
  return { kind: jobKind, name: policyKey(policy), position: policy.position, images }
}

type Side = Parameters<typeof podTemplateOf>[0]

function functionOf(manifest: Side): Place | undefined {
  const image = textOf(fieldAt(manifest?.object, 'spec', 'image'))
  if (manifest === undefined || image === undefined || image.includes('${')) return undefined
  const { name } = manifest.object.metadata
  return { kind: 'Function', name, position: manifest.position, images: new Map([['', image]]) }
}

function workloadOf(manifest: Side): Place | undefined {
  const pod = podTemplateOf(manifest)
  if (manifest === undefined || pod === undefined) return undefined
  const { object, position } = manifest
  return {
    kind: object.kind,
    name: `${namespaceOf(object)}/${object.metadata.name}`,
    position,
    images: imagesIn(pod.spec),
  }
}

// The controller is told by an argument which image movers use.
function imagesIn(pod: unknown): Map<string, string> {
  const entries = containersOf(pod).flatMap(({ place, container }) => {
    const image = textOf(fieldAt(container, 'image'))
    const told = itemsOf(fieldAt(container, 'args')).flatMap(argument => {
      const named = /^--image=(.+)$/.exec(String(argument))?.[1]
      return named === undefined ? [] : [[`${place} --image`, named] as const]
    })
    return [...(image === undefined ? [] : [[place, image] as const]), ...told]
  })
  return new Map(entries)
}
