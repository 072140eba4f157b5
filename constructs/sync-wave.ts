import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'

const annotation = 'argocd.argoproj.io/sync-wave'

/**
 * Has Argo CD apply definitions first and then the control plane, each once the one before is healthy; policies say
 * nothing and so come last. `besides` is left to come with them: nothing waits for it. Other tools ignore the annotation.
 */
export function orderForArgo(system: Construct, besides: Construct | undefined): void {
  const last = new Set(besides?.node.findAll())
  for (const object of system.node.findAll()) {
    if (!ApiObject.isApiObject(object) || last.has(object)) continue
    object.metadata.addAnnotation(annotation, object.kind === 'CustomResourceDefinition' ? '-2' : '-1')
  }
}
