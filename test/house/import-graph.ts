import { isOurs } from './layers.js'
import type { SourceFile } from './source-file.js'

type Graph = ReadonlyMap<string, readonly string[]>

/** Who imports whom among our own files; imports of types count, because readers follow them too. */
export function importGraph(files: readonly SourceFile[]): Graph {
  return new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]))
}

/** Each cycle once, as the chain of files that leads back to its start. */
export function cycles(graph: Graph): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, chain: readonly string[]): void => {
    const start = chain.indexOf(path)
    if (start >= 0) {
      found.push([...chain.slice(start), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const target of graph.get(path) ?? []) if (graph.has(target)) visit(target, [...chain, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}

/** Packages and node: modules reachable from a file, each with the chain of files that leads there. */
export function reachablePackages(graph: Graph, from: string): Map<string, string> {
  const found = new Map<string, string>()
  const seen = new Set<string>()
  const visit = (path: string, chain: readonly string[]): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const target of graph.get(path) ?? []) {
      if (isOurs(target)) visit(target, [...chain, target])
      else if (!found.has(target)) found.set(target, chain.join(' → '))
    }
  }
  visit(from, [from])
  return found
}
