import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../scripts/tools.mjs'

type Schema = Readonly<Record<string, unknown>>
interface Definition {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[]
  }
}

const folder = join(root, 'test/fixtures/prometheus-operator')

/** The definitions of the Prometheus operator’s kinds that `Monitoring` writes, as files for kubectl. */
export const prometheusDefinitionFiles = readdirSync(folder).map(name => join(folder, name))

const definitions = () => prometheusDefinitionFiles.map(file => parse(readFileSync(file, 'utf8')) as Definition)

/** Their names in a cluster. */
export const prometheusDefinitionNames = definitions().map(({ metadata }) => metadata.name)

/** Writes their JSON schemas where kubeconform looks for `<group>_<kind>_<version>.json`. */
export function writePrometheusSchemas(to: string): void {
  for (const { spec } of definitions())
    for (const { name, schema } of spec.versions) {
      const file = `${spec.group}_${spec.names.kind.toLowerCase()}_${name}.json`
      writeFileSync(join(to, file), JSON.stringify(closed(schema.openAPIV3Schema)))
    }
}

/** As the API server takes it strictly: an object with known fields has no others. */
function closed(schema: Schema, isRoot = true): Schema {
  const { properties, items, additionalProperties: values, ...rest } = schema
  const inner = (each: unknown) => (typeof each === 'object' && each !== null ? closed(each as Schema, false) : each)
  const open = rest['x-kubernetes-preserve-unknown-fields'] === true
  // What every object has is not in its definition.
  const own = properties as Readonly<Record<string, unknown>> | undefined
  const fields = isRoot ? { ...own, metadata: { type: 'object' } } : own
  return {
    ...rest,
    ...(fields === undefined ? {} : { properties: mapped(fields, inner) }),
    ...(items === undefined ? {} : { items: inner(items) }),
    ...(values !== undefined
      ? { additionalProperties: inner(values) }
      : fields !== undefined && !open
        ? { additionalProperties: false }
        : {}),
  }
}

const mapped = (fields: object, change: (each: unknown) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, change(each)]))
