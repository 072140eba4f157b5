import type { ApiObject } from 'cdk8s'
import { labels } from '../../lib/api/group.js'
import type { ChartOrder } from './chart-order.js'
import type { ConstructTree } from './construct-tree.js'
import { FileSet } from './file-set.js'
import { kustomizationMaker, kustomizations, mostObjects } from './kustomization.js'
import type { Render } from './manifest-of.js'
import { objectFileName, type PlacedObject, placedObject, type TeamRule } from './placement.js'
import { renderEach } from './rendered-object.js'
import { safeName } from './safe-name.js'
import { refuse } from './synthesis-error.js'

const [systemFolder, definitionsFolder] = ['system', 'crds']

/**
 * One object a file in `<namespace>/<owner>/`, or `<team>/<namespace>/<owner>/`: a path follows from the object alone,
 * so that no file moves when another comes or goes. Objects of the whole cluster and of Holdfast’s own namespace lie in
 * `system/`, definitions in `crds/`. Throws SynthesisError.
 */
export function namespaceFiles(tree: ConstructTree, order: ChartOrder, render: Render, team?: TeamRule): FileSet {
  const objects = order.charts.flatMap(chart => chart.objects.map(place => tree.constructs[place] as ApiObject))
  const written: { readonly object: PlacedObject; readonly content: Uint8Array }[] = []
  const complaints = renderEach(render, objects, rendered => {
    written.push({ object: placedObject(rendered), content: Buffer.from(rendered.text) })
  })
  refuse(complaints)
  const system = ownNamespaces(written.map(({ object }) => object))
  const teamOf = teamRule(team, written)
  const folders = written.map(({ object }) => folderOf(object, system, teamOf))
  const sizes = new Map<string, number>()
  const crowded = (index: number) => `${folders[index]}/${safeName(written[index]?.object.owner ?? '')}`
  written.forEach((_, index) => {
    sizes.set(crowded(index), (sizes.get(crowded(index)) ?? 0) + 1)
  })
  const set = new FileSet()
  written.forEach(({ object, content }, index) => {
    const owned = crowded(index)
    const folder = (sizes.get(owned) ?? 0) > mostObjects ? `${folders[index]}/${safeName(object.name)}` : owned
    set.add(`${folder}/${objectFileName(object)}`, content, object.construct)
  })
  for (const { path, text } of kustomizations(set.files.map(file => file.path))) set.add(path, text, kustomizationMaker)
  refuse(set.complaints)
  return set
}

// Holdfast labels the Namespace that it makes for itself.
function ownNamespaces(objects: readonly PlacedObject[]): ReadonlySet<string> {
  const own = objects.filter(
    ({ kind, labels: of }) =>
      kind === 'Namespace' && of['app.kubernetes.io/name'] === 'holdfast' && of[labels.component] === 'namespace',
  )
  return new Set(own.map(({ name }) => name))
}

function folderOf(
  object: PlacedObject,
  system: ReadonlySet<string>,
  teamOf: (object: PlacedObject) => string | undefined,
): string {
  const { kind, namespace } = object
  if (kind === 'CustomResourceDefinition') return definitionsFolder
  if (namespace === undefined || system.has(namespace)) return systemFolder
  const own = safeName(namespace)
  const teamFolder = teamOf(object)
  return teamFolder === undefined ? unreserved(own) : `${unreserved(safeName(teamFolder))}/${own}`
}

// A namespace name has no dot, so this is nobody’s.
function unreserved(folder: string): string {
  return folder === systemFolder || folder === definitionsFolder ? `${folder}.namespace` : folder
}

// A label counts on the object itself, and else on its Namespace where that is part of the app.
function teamRule(
  team: TeamRule | undefined,
  written: readonly { readonly object: PlacedObject }[],
): (object: PlacedObject) => string | undefined {
  if (team === undefined) return () => undefined
  if (typeof team === 'function') return object => team(object) || undefined
  const namespaces = new Map(
    written.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => [object.name, object.labels[team]]),
  )
  return object => object.labels[team] || namespaces.get(object.namespace ?? '') || undefined
}
