import type { App } from 'cdk8s'
import { InvalidInputError } from '../../lib/problem.js'
import { chartFiles } from './chart-files.js'
import { chartOrder } from './chart-order.js'
import { type ConstructTree, constructTree } from './construct-tree.js'
import { extraFilesOf } from './extra-files.js'
import type { WantedFile } from './file-changes.js'
import type { SynthesizedFile } from './file-set.js'
import { withQuickRendering } from './manifest-of.js'
import { namespaceFiles } from './namespace-files.js'
import type { TeamRule } from './placement.js'
import { type Complaint, refuse } from './synthesis-error.js'

/** How an app becomes files. */
export interface LayoutOptions {
  /**
   * `charts`: the files of `app.synth()`, by the app’s `yamlOutputType`. `namespaces`: an object a file, in a folder
   * per namespace, with kustomizations. @default charts, and namespaces when there is a `team`
   */
  readonly layout?: 'charts' | 'namespaces'
  /** A folder per team around those of its namespaces: a label’s name, or a function. @default - no teams */
  readonly team?: TeamRule
}

/**
 * The files of an app, in memory; changes nothing. Every construct is validated once, and everything that is wrong is
 * thrown at once, as a SynthesisError.
 */
export function filesOf(app: App, options: LayoutOptions = {}): readonly SynthesizedFile[] {
  const tree = constructTree(app)
  const order = chartOrder(tree)
  refuse([...validate(tree), ...order.complaints])
  const { team, layout = team === undefined ? 'charts' : 'namespaces' } = options
  const set = withQuickRendering(app, render =>
    layout === 'charts' ? chartFiles(app, tree, order, render) : namespaceFiles(tree, order, render, team),
  )
  refuse(set.complaints)
  return set.files
}

/** The files of an app and those that constructs add, ready to be written. Throws SynthesisError. */
export function wantedFiles(app: App, outdir: string, options: LayoutOptions): WantedFile[] {
  const files = filesOf(app, options)
  const complaints: Complaint[] = []
  const extra = extraFilesOf(app).flatMap(produce => {
    try {
      return produce({ outdir, files })
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      complaints.push(...error.message.split('\n').map(message => ({ path: app.node.path, message })))
      return []
    }
  })
  refuse(complaints)
  return [
    ...files.map((file): WantedFile => ({ base: 'output', ...file })),
    ...extra.map(({ base, path, text }): WantedFile => ({ base, path, content: Buffer.from(text), construct: path })),
  ]
}

function validate(tree: ConstructTree): Complaint[] {
  const complaints: Complaint[] = []
  for (const { node } of tree.constructs) {
    try {
      for (const message of node.validate()) complaints.push({ path: node.path, message })
    } catch (error) {
      complaints.push({ path: node.path, message: error instanceof Error ? error.message : String(error) })
    }
  }
  return complaints
}
