import { Chart } from 'cdk8s'
import { formatProblem } from '../../lib/problem.js'
import type { ConstructTree } from './construct-tree.js'
import { type Dependencies, dependenciesOf } from './dependencies.js'
import { type ObjectGraph, objectGraph } from './object-order.js'
import type { Complaint } from './synthesis-error.js'
import { type Graph, rootsOf, topology } from './topology.js'

/** Charts and objects in the order in which cdk8s writes them. */
export interface ChartOrder {
  readonly charts: readonly { readonly chart: number; readonly objects: readonly number[] }[]
  /** cdk8s numbers the files of charts. */
  readonly numbered: boolean
  /** Constructs and “all below” vertices that were visited: grows with the tree and its dependencies. */
  readonly visits: number
  readonly complaints: readonly Complaint[]
}

/** Orders an app by its dependencies: visits each construct once. Circles are complaints. */
export function chartOrder(tree: ConstructTree): ChartOrder {
  const dependencies = dependenciesOf(tree)
  const numbered = dependencies.betweenCharts
  const outside = dependencies.outsideCharts.map(({ construct, message }) => ({ path: construct.node.path, message }))
  const inTree = (chart: number) => ({ chart, objects: tree.objects.get(chart) ?? [] })
  if (dependencies.direct.size === 0) {
    const charts = listed(tree, tree.charts).map(inTree)
    return { charts, numbered, visits: tree.constructs.length, complaints: outside }
  }
  const written: Graph = { size: tree.constructs.length, edges: vertex => dependencies.direct.get(vertex) ?? [] }
  const circles = topology(written, tree.constructs.keys()).cycles
  const graph = objectGraph(tree, dependencies)
  const roots = rootsOf(graph, [...tree.constructs.keys()], vertex => vertex >= tree.constructs.length)
  const walk = topology(graph, listed(tree, roots))
  const found = circles.length > 0 ? circles : graph.cycles.length > 0 ? graph.cycles : allCycles(tree, graph)
  if (found.length > 0 || outside.length > 0) {
    const complaints = found.map(cycle => circleComplaint(tree, dependencies, cycle))
    return { charts: [], numbered, visits: walk.order.length, complaints: [...outside, ...complaints] }
  }
  const inner = objectsInOrder(tree, graph)
  const charts = walk.order.filter(vertex => Chart.isChart(tree.constructs[vertex]))
  return {
    charts: charts.map(chart => ({ chart, objects: inner.of.get(chart) ?? [] })),
    numbered,
    visits: walk.order.length + inner.visits,
    complaints: [],
  }
}

function allCycles(tree: ConstructTree, graph: ObjectGraph): readonly (readonly number[])[] {
  const real = (cycle: readonly number[]) => {
    const own = cycle.filter(vertex => vertex < tree.constructs.length)
    return own[0] === own.at(-1) && own.length > 1 ? own : [...own, own[0] ?? 0]
  }
  return topology(graph, tree.constructs.keys()).cycles.map(real)
}

/**
 * The objects of each chart in order. As in cdk8s, a chart is ordered by what lies in it and in charts below it, as if
 * there were nothing else.
 */
function objectsInOrder(tree: ConstructTree, graph: ObjectGraph): { of: Map<number, number[]>; visits: number } {
  const of = new Map<number, number[]>()
  const [state, wanted] = [new Uint8Array(graph.size), new Uint8Array(graph.size)]
  let visits = 0
  for (const [chart, objects] of tree.objects) {
    const end = tree.end[chart] ?? chart
    const place = (vertex: number) => (vertex < tree.constructs.length ? vertex : graph.chartOf(vertex))
    const within: Graph = {
      size: graph.size,
      edges: vertex => graph.edges(vertex).filter(target => place(target) >= chart && place(target) < end),
    }
    const below = Array.from({ length: end - chart }, (_, index) => chart + index)
    const roots = rootsOf(within, below, vertex => vertex >= tree.constructs.length, wanted)
    const { order } = topology(within, roots, state)
    visits += order.length
    const own = new Set(objects)
    of.set(
      chart,
      order.filter(vertex => own.has(vertex)),
    )
  }
  return { of, visits }
}

// cdk8s keeps constructs in an object by path, and JavaScript lists keys that are whole numbers first.
function listed(tree: ConstructTree, places: readonly number[]): number[] {
  const whole = (place: number) => /^(0|[1-9]\d{0,9})$/.test(tree.constructs[place]?.node.path ?? '')
  return [...places.filter(whole), ...places.filter(place => !whole(place))]
}

function circleComplaint(tree: ConstructTree, dependencies: Dependencies, cycle: readonly number[]): Complaint {
  const name = (place: number | undefined) => tree.constructs[place ?? -1]?.node.path ?? ''
  const route = cycle.map(name).join(' => ')
  const causes = cycle.slice(1).flatMap((target, index) => {
    const cause = dependencies.cause.get(`${cycle[index]},${target}`)
    if (cause === undefined || (cause.source === cycle[index] && cause.target === target)) return []
    return [`${name(cause.source)} depends on ${name(cause.target)}`]
  })
  const because = causes.length === 0 ? '' : ` (${causes.join(', ')})`
  const path = name(cycle[0])
  const message = `${route}${because}; remove one of these dependencies`
  return {
    path,
    message: formatProblem({ code: 'HF6003', object: path, path: '', message: `depends on itself: ${message}` }),
  }
}
