import { type ApiObject, type App, Names, YamlOutputType } from 'cdk8s'
import type { IConstruct } from 'constructs'
import type { ChartOrder } from './chart-order.js'
import type { ConstructTree } from './construct-tree.js'
import { Document } from './document.js'
import { FileSet } from './file-set.js'
import type { Render } from './manifest-of.js'
import { type RenderedObject, renderEach } from './rendered-object.js'
import { refuse } from './synthesis-error.js'

/** The files that `app.synth()` writes, by the app’s `yamlOutputType`. Throws SynthesisError. */
export function chartFiles(app: App, tree: ConstructTree, order: ChartOrder, render: Render): FileSet {
  const set = new FileSet()
  const charts = order.charts.map(({ chart, objects }, index) => ({
    chart: tree.constructs[chart] as IConstruct,
    objects: objects.map(place => tree.constructs[place] as ApiObject),
    prefix: order.numbered ? `${String(index).padStart(4, '0')}-` : '',
  }))
  const extension = app.outputFileExtension
  const joined = (objects: readonly ApiObject[], path: string, owner: string) => {
    const document = new Document()
    const complaints = renderEach(render, objects, ({ text }) => document.add(text))
    set.complaints.push(...complaints)
    set.add(path, document.bytes(), owner)
  }
  const apart = (objects: readonly ApiObject[], nameOf: (rendered: RenderedObject) => string) => {
    const complaints = renderEach(render, objects, rendered => {
      set.add(`${nameOf(rendered)}${extension}`, rendered.text, rendered.construct.node.path)
    })
    set.complaints.push(...complaints)
  }
  const all = charts.flatMap(({ objects }) => objects)
  switch (app.yamlOutputType) {
    case YamlOutputType.FILE_PER_APP:
      if (charts.length > 0) joined(all, `app${extension}`, 'the app')
      break
    case YamlOutputType.FILE_PER_CHART:
      for (const { chart, objects, prefix } of charts) {
        joined(objects, `${prefix}${Names.toDnsLabel(chart)}${extension}`, chart.node.path)
      }
      break
    case YamlOutputType.FILE_PER_RESOURCE:
      apart(all, ({ manifest }) => resourceName(manifest['kind'], (manifest['metadata'] as { name?: unknown })?.name))
      break
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
      for (const { chart, objects, prefix } of charts) {
        const folder = `${prefix}${Names.toDnsLabel(chart)}`
        apart(objects, ({ construct }) => `${folder}/${resourceName(construct.kind, construct.metadata.name)}`)
      }
  }
  refuse(set.complaints)
  // cdk8s keeps the setting to itself.
  if ((app as unknown as { recordConstructMetadata?: boolean }).recordConstructMetadata === true) {
    set.add('construct-metadata.json', constructMetadata(all), 'the app')
  }
  return set
}

function resourceName(kind: unknown, name: unknown): string {
  return `${kind}.${name}`.replace(/[^0-9a-zA-Z-_.]/g, '')
}

function constructMetadata(objects: readonly ApiObject[]): string {
  const resources: Record<string, { path: string }> = {}
  for (const object of objects) resources[object.name] = { path: object.node.path }
  return JSON.stringify({ version: '1.0.0', resources })
}
