import type { z } from 'zod'
import { apiGroup, apiVersion } from '../api/group.js'
import { type Deprecation, deprecationWords } from './deprecation.js'
import type { CelValidation } from './rule.js'
import { type StructuralSchema, toStructuralSchema } from './structural.js'
import { assertStructural } from './structural-check.js'

/** A column of `kubectl get` (Kubernetes API: CustomResourceColumnDefinition). Priority above 0 shows with `-o wide`. */
export interface PrinterColumn {
  readonly name: string
  /** `string`, `integer`, `number`, `boolean` or `date`. */
  readonly type: string
  readonly jsonPath: string
  readonly priority?: number
  readonly description?: string
  readonly format?: string
}

/** One kind of the API: the single source of its CustomResourceDefinition, its validation and its reference. */
export interface KindDefinition {
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
  /** What the kind is for, in one or two sentences: shown by `kubectl explain` and the reference. */
  readonly description: string
  readonly spec: z.ZodType
  /** Absent: the kind has no status subresource. */
  readonly status?: z.ZodType
  readonly printerColumns: readonly PrinterColumn[]
  /** Says that the kind will go: `kubectl` shows it at every use. */
  readonly deprecated?: Deprecation
  /** CEL over the whole object, for what needs `self.metadata.name`; everything else belongs on `spec`. */
  readonly validations?: readonly CelValidation[]
}

/** The served version of the group, `v1alpha1`. */
const version = apiVersion.slice(apiGroup.length + 1)

/**
 * The CustomResourceDefinition (apiextensions.k8s.io/v1) of a kind, keys in a fixed order.
 * Throws TypeError, naming the field, when a schema is not structural or has no bounds.
 */
export function toCustomResourceDefinition(definition: KindDefinition) {
  const { kind, plural, singular, shortNames, scope } = definition
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [...shortNames], categories: ['holdfast'] },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(definition.deprecated === undefined
            ? {}
            : {
                deprecated: true,
                deprecationWarning: `${apiVersion} ${kind} is ${deprecationWords(definition.deprecated)}`,
              }),
          ...(definition.status === undefined ? {} : { subresources: { status: {} } }),
          additionalPrinterColumns: definition.printerColumns.map(column),
          schema: { openAPIV3Schema: objectSchema(definition) },
        },
      ],
    },
  }
}

/** What `kubectl explain` shows for the two parts that every kind has alike. */
const partDescriptions = { spec: 'What is wanted.', status: 'What the controller last saw; nobody else writes it.' }

/** The structural schema of the whole object: `spec`, `status` and what every Kubernetes object has. */
export function objectSchema(definition: KindDefinition): StructuralSchema {
  const part = (name: 'spec' | 'status', schema: z.ZodType): StructuralSchema => {
    const structural = toStructuralSchema(schema)
    assertStructural(structural, ` ${definition.kind}.${name}`)
    return { description: partDescriptions[name], ...structural }
  }
  const { status, validations = [] } = definition
  return {
    description: definition.description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: part('spec', definition.spec),
      ...(status === undefined ? {} : { status: part('status', status) }),
    },
    ...(validations.length === 0 ? {} : { 'x-kubernetes-validations': [...validations] }),
  }
}

function column(source: PrinterColumn) {
  const { name, type, format, description, priority, jsonPath } = source
  return {
    name,
    type,
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
    ...(priority === undefined ? {} : { priority }),
    jsonPath,
  }
}
