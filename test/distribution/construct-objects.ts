import { App, Chart } from 'cdk8s'
import { Holdfast, type HoldfastProps } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'

/** The objects of `new Holdfast(…)` as cdk8s gives them; throws for properties that the construct refuses. */
export function constructObjects(props: HoldfastProps = {}): ManifestObject[] {
  const chart = new Chart(new App(), 'chart')
  new Holdfast(chart, 'holdfast', props)
  const problems = chart.node.findAll().flatMap(construct => construct.node.validate())
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return JSON.parse(JSON.stringify(chart.toJson()))
}

export const isDefinition = ({ kind }: ManifestObject): boolean => kind === 'CustomResourceDefinition'
