import type { ApiObject } from 'cdk8s'
import { formatProblem, InvalidInputError } from '../../lib/problem.js'
import { emitSortedYaml, emitYaml } from '../../lib/yaml/emit.js'
import type { Render } from './manifest-of.js'
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
  render: Render,
  objects: Iterable<ApiObject>,
  take: (rendered: RenderedObject) => void,
): Complaint[] {
  const complaints: Complaint[] = []
  for (const construct of objects) {
    const rendered = attempt(construct, render, complaints)
    if (rendered !== undefined) take(rendered)
  }
  return complaints
}

function attempt(construct: ApiObject, render: Render, complaints: Complaint[]): RenderedObject | undefined {
  const { path } = construct.node
  try {
    const { manifest, unsorted } = render(construct)
    const text = unsorted ? emitSortedYaml(manifest) : emitYaml(manifest)
    return { construct, manifest: manifest as Readonly<Record<string, unknown>>, text }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const problems = error instanceof InvalidInputError ? error.problems : []
    complaints.push(...problems.map(problem => ({ path, message: formatProblem({ ...problem, object: path }) })))
    if (problems.length === 0) complaints.push({ path, message: error.message })
    return undefined
  }
}
