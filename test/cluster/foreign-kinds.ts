import { kinds } from '../../lib/api/kinds.js'

/** A group that comes before ours in the order in which kubectl looks, as `core.kubestash.com` does. */
export const foreignGroup = 'core.example.com'

/** Definitions of another product that has kinds of our names, without our short names. */
export const foreignDefinitions = kinds.map(({ kind, plural, singular, scope }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${foreignGroup}` },
  spec: {
    group: foreignGroup,
    scope,
    names: { kind, plural, singular },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}))

/** An object of each. */
export const foreignObjects = (namespace: string) =>
  kinds.map(({ kind, scope }) => ({
    apiVersion: `${foreignGroup}/v1`,
    kind,
    metadata: { name: 'theirs', ...(scope === 'Namespaced' ? { namespace } : {}) },
  }))
