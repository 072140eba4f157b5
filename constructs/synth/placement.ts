import { ApiObject } from 'cdk8s'
import type { RenderedObject } from './rendered-object.js'
import { safeName } from './safe-name.js'

/** What decides where an object’s file lies. */
export interface PlacedObject {
  readonly construct: string
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Absent for an object of the whole cluster. */
  readonly namespace: string | undefined
  readonly labels: Readonly<Record<string, string>>
  /** Name of the object that this one was made for, such as the policy of a CronJob; else its own. */
  readonly owner: string
}

/** A label, or a function that gives an object’s folder; without an answer it is the namespace’s. */
export type TeamRule = string | ((object: PlacedObject) => string | undefined)

/** What is known of a rendered object once it is written. */
export function placedObject({ construct, manifest }: RenderedObject): PlacedObject {
  const { name, namespace, labels } = (manifest['metadata'] ?? {}) as {
    name?: unknown
    namespace?: unknown
    labels?: Record<string, string>
  }
  const own = String(name ?? construct.name)
  const kind = String(manifest['kind'])
  const group = customGroup(kind, manifest)
  return {
    construct: construct.node.path,
    apiVersion: String(manifest['apiVersion']),
    kind,
    name: own,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    labels: labels ?? {},
    owner: group ?? primaryName(construct) ?? own,
  }
}

/** `<kind>.<name>[.<group>].yaml` */
export function objectFileName({ kind, name, apiVersion }: PlacedObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
  const kindName = kind.toLowerCase()
  const named = safeName(`${name}${group}`)
  return `${/^[a-z0-9]+$/.test(kindName) ? kindName : safeName(kind)}.${named}.yaml`
}

// A CustomResourceDefinition belongs to its group.
function customGroup(kind: string, manifest: Readonly<Record<string, unknown>>): string | undefined {
  if (kind !== 'CustomResourceDefinition') return undefined
  const { group } = (manifest['spec'] ?? {}) as { group?: unknown }
  return typeof group === 'string' ? group : undefined
}

// The object that a construct is about is its child `Resource` or `Default`; whatever else it makes belongs to that.
function primaryName(construct: ApiObject): string | undefined {
  const scope = construct.node.scope
  const primary = scope?.node.tryFindChild('Resource') ?? scope?.node.tryFindChild('Default')
  return ApiObject.isApiObject(primary) ? primary.name : undefined
}
