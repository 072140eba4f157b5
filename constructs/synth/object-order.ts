import { type ConstructTree, objectsBelow } from './construct-tree.js'
import type { Dependencies } from './dependencies.js'
import type { Graph } from './topology.js'

/** The constructs of a tree with every dependency between their objects, and circles that were plain at once. */
export interface ObjectGraph extends Graph {
  /** The chart that a vertex belongs to. */
  chartOf(vertex: number): number
  readonly cycles: readonly (readonly number[])[]
}

/**
 * A dependency of two constructs means that each object below the one comes after each object below the other. cdk8s
 * writes all of these pairs; here a vertex in between stands for “all objects below”, so that the graph grows with the
 * dependencies and not with the pairs. Vertices below `constructs.length` are constructs.
 */
export function objectGraph(tree: ConstructTree, { direct }: Dependencies): ObjectGraph {
  const edges: (readonly number[])[] = []
  const chart: number[] = [...tree.chart]
  const cycles: number[][] = []
  const between = (own: number, targets: readonly number[]): number => {
    const vertex = chart.push(own) - 1
    edges[vertex] = targets
    return vertex
  }
  const groups = new Map<number, number>()
  const group = (target: number): number => {
    const known = groups.get(target) ?? between(tree.chart[target] ?? -1, objectsBelow(tree, target))
    groups.set(target, known)
    return known
  }
  const steps = stepsOf(tree, direct, group, cycles)
  const above: number[] = []
  const inherited = (place: number): number =>
    tree.chart[tree.parent[place] ?? -1] === tree.chart[place] ? (above[tree.parent[place] ?? -1] ?? -1) : -1
  tree.constructs.forEach((_, place) => {
    const own = steps.of.get(place)
    const outer = inherited(place)
    above[place] = own === undefined ? outer : between(tree.chart[place] ?? -1, outer === -1 ? own : [outer, ...own])
  })
  for (const [chartPlace, objects] of tree.objects) {
    for (const object of objects) {
      const written = direct.get(object) ?? []
      const outer = steps.single.has(object) ? flattened(tree, steps.of, object, chartPlace) : [above[object] ?? -1]
      edges[object] = [...written, ...outer.filter(vertex => vertex !== -1)]
    }
  }
  for (const [place, targets] of direct) edges[place] ??= targets
  const none: readonly number[] = []
  return {
    size: chart.length,
    edges: vertex => edges[vertex] ?? none,
    chartOf: vertex => chart[vertex] ?? -1,
    cycles,
  }
}

interface Steps {
  /** For each construct, what every object below it comes after. */
  readonly of: ReadonlyMap<number, readonly number[]>
  /** Objects that a construct around them depends on: they alone do not come after themselves. */
  readonly single: ReadonlySet<number>
}

function stepsOf(
  tree: ConstructTree,
  direct: ReadonlyMap<number, readonly number[]>,
  group: (target: number) => number,
  cycles: number[][],
): Steps {
  const of = new Map<number, readonly number[]>()
  const single = new Set<number>()
  // Of each construct, the one object that comes before or after all others: a second one closes a circle.
  const first = new Map<number, number>()
  const last = new Map<number, number>()
  for (const [source, targets] of direct) {
    const sources = objectsBelow(tree, source)
    if (sources.length === 0) continue
    const steps: number[] = []
    for (const target of targets) {
      if (!overlaps(tree, source, target)) {
        if (objectsBelow(tree, target).length > 0) steps.push(group(target))
        continue
      }
      const [outer, inner, pivots] = source < target ? [source, target, first] : [target, source, last]
      const [object, second] = objectsBelow(tree, inner)
      if (object === undefined) continue
      const other = second ?? pivots.get(outer) ?? object
      pivots.set(outer, object)
      if (other !== object) cycles.push([object, other, object])
      else if (pivots === last) steps.push(...objectsBelow(tree, outer).filter(each => each !== object))
      else if (sources.length > 1) {
        steps.push(object)
        single.add(object)
      }
    }
    if (steps.length > 0) of.set(source, steps)
  }
  return { of, single }
}

// Of one chart, and one of them around the other.
function overlaps(tree: ConstructTree, left: number, right: number): boolean {
  if (tree.chart[left] !== tree.chart[right]) return false
  const [outer, inner] = left <= right ? [left, right] : [right, left]
  return inner < (tree.end[outer] ?? 0)
}

function flattened(
  tree: ConstructTree,
  steps: ReadonlyMap<number, readonly number[]>,
  object: number,
  chart: number,
): number[] {
  const chain: number[][] = []
  for (let place = object; place >= chart; place = tree.parent[place] ?? -1) {
    chain.unshift([...(steps.get(place) ?? [])].filter(vertex => vertex !== object))
  }
  return chain.flat()
}
