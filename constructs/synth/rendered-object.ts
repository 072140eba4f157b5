import type { ApiObject, App } from 'cdk8s'
import { formatProblem, InvalidInputError } from '../../lib/problem.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { withQuickRendering } from './manifest-of.js'
import type { Complaint } from './synthesis-error.js'

/** A Kubernetes object as it is written. */
export interface RenderedObject {
  readonly construct: ApiObject
  readonly manifest: Readonly<Record<string, unknown>>
  /** One YAML document. */
  readonly text: string
}

/**
 * Renders objects one after the other and hands each to `take`, so that not all manifests are in memory at once.
 * Gives what could not be rendered.
 */
export function renderEach(
  app: App,
  objects: Iterable<ApiObject>,
  take: (rendered: RenderedObject) => void,
): Complaint[] {
  const complaints: Complaint[] = []
  withQuickRendering(app, render => {
    for (const construct of objects) {
      const rendered = attempt(construct, render, complaints)
      if (rendered !== undefined) take(rendered)
    }
  })
  return complaints
}

function attempt(
  construct: ApiObject,
  render: (object: ApiObject) => object,
  complaints: Complaint[],
): RenderedObject | undefined {
  const { path } = construct.node
  try {
    const manifest = render(construct) as Readonly<Record<string, unknown>>
    return { construct, manifest, text: emitYaml(manifest) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const problems = error instanceof InvalidInputError ? error.problems : []
    complaints.push(...problems.map(problem => ({ path, message: formatProblem({ ...problem, object: path }) })))
    if (problems.length === 0) complaints.push({ path, message: error.message })
    return undefined
  }
}
