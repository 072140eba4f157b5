/** A directed graph whose vertices are numbers from 0; an edge leads to what comes first. */
export interface Graph {
  readonly size: number
  edges(vertex: number): readonly number[]
}

/** What a walk in dependency order found. */
export interface Topology {
  /** Every vertex that was reached, after everything that it depends on. */
  readonly order: readonly number[]
  /** Each circle as the vertices on it, the first one again at the end. */
  readonly cycles: readonly (readonly number[])[]
}

const [unseen, open, done] = [0, 1, 2]

/** Circles beyond this number are not told apart: one repair often ends many of them. */
const mostCycles = 20

/**
 * Visits each vertex once, roots in their order and depth first: the order of cdk8s’ own graph, without its repeated
 * visits. Uses no recursion, so that a chain may be long. `state` is for a caller with many small walks of one graph: all
 * zero before and after.
 */
export function topology(graph: Graph, roots: Iterable<number>, state = new Uint8Array(graph.size)): Topology {
  const order: number[] = []
  const cycles: number[][] = []
  const path: number[] = []
  const targets: (readonly number[])[] = []
  const next: number[] = []
  const enter = (vertex: number): void => {
    state[vertex] = open
    path.push(vertex)
    targets.push(graph.edges(vertex))
    next.push(0)
  }
  for (const root of roots) {
    if (state[root] !== unseen) continue
    enter(root)
    while (path.length > 0) {
      const top = path.length - 1
      const vertex = path[top] ?? 0
      const index = next[top] ?? 0
      const target = targets[top]?.[index]
      if (target === undefined) {
        state[vertex] = done
        order.push(vertex)
        path.pop()
        targets.pop()
        next.pop()
        continue
      }
      next[top] = index + 1
      if (state[target] === unseen) enter(target)
      else if (state[target] === open && cycles.length < mostCycles) {
        cycles.push([...path.slice(path.lastIndexOf(target)), target])
      }
    }
  }
  for (const vertex of order) state[vertex] = unseen
  return { order, cycles }
}

/** Those of some vertices that nothing leads to, from any of them or from what `passes` between them. */
export function rootsOf(
  graph: Graph,
  vertices: readonly number[],
  passes: (vertex: number) => boolean,
  wanted = new Uint8Array(graph.size),
): number[] {
  const seen = [...vertices]
  const touched: number[] = []
  for (const vertex of seen) {
    for (const target of graph.edges(vertex)) {
      if (wanted[target] === 1) continue
      wanted[target] = 1
      touched.push(target)
      if (passes(target)) seen.push(target)
    }
  }
  const roots = vertices.filter(vertex => wanted[vertex] === 0)
  for (const vertex of touched) wanted[vertex] = 0
  return roots
}
