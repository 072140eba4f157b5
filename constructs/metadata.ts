import { type ApiObject, Chart, JsonPatch } from 'cdk8s'
import type { Construct } from 'constructs'
import { annotations } from '../lib/api/group.js'
import type { Problem } from '../lib/problem.js'

/** Metadata of the object that a construct writes; its children do not inherit it. */
export interface ObjectMetadata {
  /** Name of the object. @default - the construct’s id, whatever the tree above it */
  readonly name?: string
  /** Namespace of the object. @default - the chart’s namespace */
  readonly namespace?: string
  /** Further labels. */
  readonly labels?: Readonly<Record<string, string>>
  /** Further annotations. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** Name and namespace under which an object goes to the cluster. */
export interface ObjectIdentity {
  readonly name: string
  readonly namespace: string | undefined
}

export function identityOf(scope: Construct, id: string, metadata: ObjectMetadata = {}): ObjectIdentity {
  return { name: metadata.name ?? id, namespace: metadata.namespace ?? Chart.of(scope).namespace }
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const namespaceLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

/** What is wrong with the name of an object, and with its namespace when the kind has one. */
export function identityProblems(object: string, identity: ObjectIdentity, scope: 'Namespaced' | 'Cluster'): Problem[] {
  const problems: Problem[] = []
  const { name, namespace } = identity
  if (name.length > 253 || !subdomain.test(name)) {
    const message = `'${name.slice(0, 80)}' is not a Kubernetes name; expected lower-case letters, digits, '-' and '.', at most 253. Set metadata.name`
    problems.push({ code: 'HF1004', object, path: 'metadata.name', message })
  }
  if (scope === 'Cluster') return problems
  if (namespace === undefined) {
    const message = 'is missing; set it here, or give the chart a namespace: new Chart(app, id, { namespace })'
    problems.push({ code: 'HF1001', object, path: 'metadata.namespace', message })
  } else if (namespace.length > 63 || !namespaceLabel.test(namespace)) {
    const message = `'${namespace.slice(0, 80)}' is not a namespace; expected lower-case letters, digits and '-', at most 63`
    problems.push({ code: 'HF1004', object, path: 'metadata.namespace', message })
  }
  return problems
}

/** Metadata for an ApiObject. `texts: true` keeps Flux from replacing `${…}` inside the object with nothing. */
export function metadataFor(
  identity: ObjectIdentity,
  metadata: ObjectMetadata = {},
  options: { texts?: boolean } = {},
) {
  const own = options.texts === true ? { [annotations.fluxSubstitute]: 'disabled' } : {}
  const all = { ...own, ...metadata.annotations }
  return {
    name: identity.name,
    ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
    ...(metadata.labels === undefined ? {} : { labels: { ...metadata.labels } }),
    ...(Object.keys(all).length === 0 ? {} : { annotations: all }),
  }
}

/** Takes back the namespace that a chart gives to every object: a cluster-scoped one has none. */
export function clusterScoped<T extends ApiObject>(object: T): T {
  if (object.metadata.namespace !== undefined) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'))
  return object
}
