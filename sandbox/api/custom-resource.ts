import { type Condition, type Fields, fieldsOf, isFields, type KubeObject, withCondition } from './object.js'
import type { Resource } from './resource.js'
import type { Schema } from './schema.js'

/** The resources a CustomResourceDefinition adds, one for each version it serves. */
export function resourcesOf(definition: KubeObject): Resource[] {
  const spec = fieldsOf(definition, 'spec')
  const names = fieldsOf(spec, 'names')
  const versions = Array.isArray(spec['versions']) ? spec['versions'].filter(isFields) : []
  return versions.filter(version => version['served'] !== false).map(version => resourceOf(spec, names, version))
}

function resourceOf(spec: Fields, names: Fields, version: Fields): Resource {
  const schema = fieldsOf(version, 'schema')['openAPIV3Schema']
  return {
    group: text(spec['group']),
    version: text(version['name']),
    plural: text(names['plural']),
    singular: text(names['singular'] ?? text(names['kind']).toLowerCase()),
    kind: text(names['kind']),
    namespaced: spec['scope'] === 'Namespaced',
    status: isFields(fieldsOf(version, 'subresources')['status']),
    generation: true,
    shortNames: texts(names['shortNames']),
    categories: texts(names['categories']),
    ...(isFields(schema) ? { schema: schema as Schema } : {}),
    custom: true,
  }
}

/** The status Kubernetes gives a definition whose names are free: accepted and established. */
export function establishedStatus(definition: KubeObject, at: string): Fields {
  const spec = fieldsOf(definition, 'spec')
  const versions = Array.isArray(spec['versions']) ? spec['versions'].filter(isFields) : []
  const before = fieldsOf(definition, 'status')['conditions'] as Condition[] | undefined
  const accepted = withCondition(
    before,
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    at,
  )
  return {
    acceptedNames: fieldsOf(spec, 'names'),
    storedVersions: versions.filter(version => version['storage'] === true).map(version => version['name']),
    conditions: withCondition(
      accepted,
      {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      },
      at,
    ),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
