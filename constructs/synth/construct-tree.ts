import { ApiObject, type App, Chart } from 'cdk8s'
import type { IConstruct } from 'constructs'

/** All constructs of an app in the order of `node.findAll()`, from one walk. */
export interface ConstructTree {
  readonly constructs: readonly IConstruct[]
  /** For each construct, the place of its parent; -1 for the app. */
  readonly parent: readonly number[]
  /** For each construct, one more than the place of the last construct below it. */
  readonly end: readonly number[]
  /** For each construct, the place of the nearest chart above it or itself; -1 outside of charts. */
  readonly chart: readonly number[]
  /** Places of all charts. */
  readonly charts: readonly number[]
  /** Places of the objects of each chart, without those of charts inside it. */
  readonly objects: ReadonlyMap<number, readonly number[]>
}

/** Walks the tree once. */
export function constructTree(app: App): ConstructTree {
  const constructs: IConstruct[] = []
  const parent: number[] = []
  const end: number[] = []
  const chart: number[] = []
  const charts: number[] = []
  const objects = new Map<number, number[]>()
  const visit = (construct: IConstruct, above: number, nearest: number): void => {
    const place = constructs.push(construct) - 1
    const own = Chart.isChart(construct) ? place : nearest
    parent.push(above)
    end.push(0)
    chart.push(own)
    if (own === place) {
      charts.push(place)
      objects.set(place, [])
    } else if (ApiObject.isApiObject(construct)) objects.get(own)?.push(place)
    for (const child of construct.node.children) visit(child, place, own)
    end[place] = constructs.length
  }
  visit(app, -1, -1)
  return { constructs, parent, end, chart, charts, objects }
}

/** Places of the objects at or below a construct that belong to the construct’s own chart. */
export function objectsBelow(tree: ConstructTree, place: number): readonly number[] {
  const all = tree.objects.get(tree.chart[place] ?? -1) ?? []
  const from = firstAtLeast(all, place)
  const to = firstAtLeast(all, tree.end[place] ?? place)
  return from === 0 && to === all.length ? all : all.slice(from, to)
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
