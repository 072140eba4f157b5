import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { kinds } from '../../lib/api/kinds.js'
import { customResourceState, customResourceStateFile } from '../../lib/monitoring/resource-state.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { root } from '../../scripts/tools.mjs'

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

const { resources } = customResourceState().spec
const schemaOf = (kind: string): Schema => {
  const found = kinds.find(each => each.kind === kind)
  if (found === undefined) throw new Error(`there is no kind ${kind}`)
  const version = toCustomResourceDefinition(found).spec.versions[0]
  return version?.schema.openAPIV3Schema as unknown as Schema
}
const at = (schema: Schema | undefined, path: readonly string[]): Schema | undefined =>
  path.reduce<Schema | undefined>((inner, key) => inner?.properties?.[key], schema)

/** Every path that the configuration reads, from the object on. */
function pathsOf({ labelsFromPath, metrics }: (typeof resources)[number]): (readonly string[])[] {
  const read = metrics.flatMap(({ each }) =>
    Object.values(each).flatMap(value =>
      typeof value === 'object' && value !== null ? [Reflect.get(value, 'path')] : [],
    ),
  )
  return [...Object.values(labelsFromPath), ...read]
}

describe('the configuration of kube-state-metrics', () => {
  test('is the file in docs', () => {
    const text = readFileSync(join(root, 'docs/kube-state-metrics.yaml'), 'utf8')
    expect(parse(text)).toEqual(JSON.parse(JSON.stringify(customResourceState())))
    expect(text).toBe(customResourceStateFile())
  })

  test('covers every kind that has a state', () => {
    const stateful = kinds.filter(kind => at(schemaOf(kind.kind), ['status']) !== undefined).map(kind => kind.kind)
    expect(resources.map(each => each.groupVersionKind.kind).sort()).toEqual(stateful.sort())
  })

  test.each(resources)('reads only fields that a $groupVersionKind.kind has', resource => {
    const schema = schemaOf(resource.groupVersionKind.kind)
    const unknown = pathsOf(resource).filter(path => path[0] !== 'metadata' && at(schema, path) === undefined)
    expect(unknown).toEqual([])
  })

  test('names each series once, as Prometheus allows', () => {
    const names = resources.flatMap(each => each.metrics.map(metric => `${each.metricNamePrefix}_${metric.name}`))
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^kube_holdfast_[a-z_]+$/)
  })
})
