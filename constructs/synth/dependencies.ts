import { Chart } from 'cdk8s'
import type { IConstruct } from 'constructs'
import type { ConstructTree } from './construct-tree.js'

/** One construct comes after another; both are places in the tree. */
export interface Dependency {
  readonly source: number
  readonly target: number
}

/** What a tree says about order. */
export interface Dependencies {
  /** For each construct that depends on others: their places, in the order in which cdk8s has them. */
  readonly direct: ReadonlyMap<number, readonly number[]>
  /** Charts depend on each other, so that cdk8s numbers their files. */
  readonly betweenCharts: boolean
  /** For a dependency of two charts, `source,target`: the dependency below that asks for it. */
  readonly cause: ReadonlyMap<string, Dependency>
  /** Dependencies of constructs that belong to no chart, as sentences. */
  readonly outsideCharts: readonly { readonly construct: IConstruct; readonly message: string }[]
}

/**
 * Dependencies as written, and those of charts that follow: a chart comes after the charts inside it and after the
 * chart of everything that something of its own depends on. Changes nothing in the tree.
 */
export function dependenciesOf(tree: ConstructTree): Dependencies {
  const direct = new Map<number, number[]>()
  const cause = new Map<string, Dependency>()
  const outsideCharts: { construct: IConstruct; message: string }[] = []
  const places = placesOf(tree)
  let betweenCharts = false
  const written: { source: number; target: IConstruct }[] = []
  tree.constructs.forEach((construct, source) => {
    for (const target of construct.node.dependencies) written.push({ source, target })
  })
  for (const { source, target } of written) {
    const place = places.get(target)
    if (place !== undefined) append(direct, source, place)
  }
  for (const child of tree.charts) {
    const above = tree.parent[child] ?? -1
    if (!Chart.isChart(tree.constructs[above])) continue
    append(direct, above, child)
    betweenCharts = true
  }
  for (const { source, target } of written) {
    const own = tree.chart[source] ?? -1
    const place = places.get(target)
    const other = place === undefined ? chartElsewhere(target) : (tree.chart[place] ?? -1)
    if (own === -1 || other === -1) {
      const construct = tree.constructs[source]
      const message = `depends on ${target.node.path || 'the app'}: cannot find a parent chart (directly or indirectly) of ${own === -1 ? 'the first' : 'the second'}`
      if (construct !== undefined) outsideCharts.push({ construct, message })
    } else if (other !== own) {
      betweenCharts = true
      if (place === undefined || typeof other !== 'number' || cause.has(`${own},${other}`)) continue
      append(direct, own, other)
      cause.set(`${own},${other}`, { source, target: place })
    }
  }
  return { direct, betweenCharts, cause, outsideCharts }
}

function append(direct: Map<number, number[]>, source: number, target: number): void {
  const known = direct.get(source)
  if (known === undefined) direct.set(source, [target])
  else known.push(target)
}

// Most apps have no dependency at all, and then nobody needs to find a construct’s place.
function placesOf(tree: ConstructTree): { get(construct: IConstruct): number | undefined } {
  let places: Map<IConstruct, number> | undefined
  return {
    get(construct) {
      places ??= new Map(tree.constructs.map((each, place) => [each, place]))
      return places.get(construct)
    },
  }
}

// A construct of another app has no place here; cdk8s counts it as another chart.
function chartElsewhere(construct: IConstruct): Chart | -1 {
  const scopes = construct.node.scopes
  return scopes.some(scope => Chart.isChart(scope)) ? Chart.of(construct) : -1
}
