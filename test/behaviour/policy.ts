import { App, Chart } from 'cdk8s'
import { imageContext } from '../../constructs/index.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { World } from './world.js'

/** The objects that a policy compiles to, as they would be committed to git. Throws what the compiler says is wrong. */
export function policy(world: Pick<World, 'image'>, namespace: string, build: (chart: Chart) => void): KubeObject[] {
  return compiled(world.image, { namespace }, build)
}

/** The objects of one chart. */
export function compiled(
  image: string,
  props: { readonly namespace?: string },
  build: (chart: Chart) => void,
): KubeObject[] {
  const app = new App()
  app.node.setContext(imageContext, image)
  const chart = new Chart(app, 'chart', props)
  build(chart)
  app.synthYaml()
  return chart.toJson()
}
