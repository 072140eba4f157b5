import { isStale } from '../../lib/template-gate.js'
import type { ConfigurationObject } from '../../runtime/controller/objects.js'
import type { ClusterState } from './cluster-state.js'
import type { ControllerStanding } from './controller-standing.js'

/**
 * `current`: made for this policy, and of the controller’s release. `earlier`: its image is one that the controller
 * trusts beside its own. `untrusted`: it is not. `stale`: made from other fields. `none`: resolved at run time.
 * `unknown`: what it has to be compared with is not there, or may not be read.
 */
export type TemplateState = 'current' | 'earlier' | 'untrusted' | 'stale' | 'none' | 'unknown'

export interface TemplateStanding {
  readonly namespace: string
  readonly name: string
  readonly state: TemplateState
  /** Images of the template that are neither the controller’s nor a Function’s. */
  readonly images: readonly string[]
  /** Its Repository, where that was looked for and is not there. */
  readonly missing?: string
}

/** How the committed template of every policy stands to its policy and to the controllers. */
export function templatesOf(state: ClusterState, controllers: readonly ControllerStanding[]): TemplateStanding[] {
  return state.configurations.map(configuration => {
    const { name, namespace = '' } = configuration.metadata
    const found = templateOf(configuration, state, controllers)
    return { namespace, name, ...found }
  })
}

function templateOf(
  { metadata, spec }: ConfigurationObject,
  { repositories, functions, hidden }: ClusterState,
  controllers: readonly ControllerStanding[],
): Omit<TemplateStanding, 'namespace' | 'name'> {
  const { jobTemplate } = spec
  if (jobTemplate === undefined) return { state: 'none', images: [] }
  const known = new Set([...controllers.map(({ image }) => image), ...functions.map(({ spec }) => spec.image)])
  const trusted = controllers.flatMap(({ trustedImages }) => trustedImages)
  const images = imagesOf(jobTemplate).filter(image => !known.has(image))
  const { name, namespace = '' } = metadata
  const home = spec.repository.namespace ?? namespace
  const repository = repositories.find(each => {
    return each.metadata.name === spec.repository.name && each.metadata.namespace === home
  })
  if (repository === undefined) {
    const missing = hidden.includes('repositories') ? {} : { missing: `${home}/${spec.repository.name}` }
    return { state: 'unknown', images, ...missing }
  }
  const reference = { name: spec.repository.name, namespace: home, spec: repository.spec }
  // The image is not part of what the digest covers.
  const subject = { kind: 'BackupConfiguration', name, namespace, spec, repository: reference, image: '' } as const
  if (isStale(jobTemplate, subject)) return { state: 'stale', images }
  if (controllers.length === 0) return { state: 'unknown', images }
  if (images.length === 0) return { state: 'current', images }
  if (images.every(image => trusted.includes(image))) return { state: 'earlier', images }
  // It may be the image of a Function that nobody showed.
  return { state: hidden.includes('functions') ? 'unknown' : 'untrusted', images }
}

interface Template {
  readonly spec?: {
    readonly template?: { readonly spec?: Readonly<Record<string, readonly { readonly image?: string }[]>> }
  }
}

function imagesOf(template: unknown): string[] {
  const pod = (template as Template).spec?.template?.spec ?? {}
  const containers = [...(pod['initContainers'] ?? []), ...(pod['containers'] ?? [])]
  return [...new Set(containers.flatMap(({ image }) => (typeof image === 'string' ? [image] : [])))]
}
