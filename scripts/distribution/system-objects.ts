import { App, Chart } from 'cdk8s'
import { manifestsBelow } from '../../constructs/app-manifests.js'
import { Holdfast, type HoldfastProps } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'

/** The objects of `new Holdfast(…)`, as synthesis would write them; their values are not judged. */
export function systemObjects(props: HoldfastProps = {}): ManifestObject[] {
  const app = new App()
  new Holdfast(new Chart(app, 'chart'), 'holdfast', props)
  const { manifests, problems } = manifestsBelow(app)
  if (problems.length > 0) throw new Error(problems.map(({ object, message }) => `${object}: ${message}`).join('\n'))
  return manifests.map(({ object }) => object)
}

/** A CustomResourceDefinition: whatever is applied with it in one command cannot be of its kind. */
export const isDefinition = ({ kind }: ManifestObject): boolean => kind === 'CustomResourceDefinition'

/** Where the system is when nobody says otherwise. */
export const systemNamespace = 'holdfast-system'

/** The part of Holdfast that an object belongs to: the label that every one of them has. */
export function componentOf(object: ManifestObject): string {
  const component = object.metadata.labels?.['app.kubernetes.io/component']
  if (component === undefined) throw new Error(`${object.kind} ${object.metadata.name} has no component label`)
  return component
}
