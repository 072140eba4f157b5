import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { apiGroup, apiVersion } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { kubernetesSchemas, readKubernetesSchemas } from '../../scripts/kubernetes-schemas.mjs'
import { corpus } from '../cluster-policy/corpus.js'
import { moverJobs } from '../cluster-policy/linters.js'
import { recordFigures } from '../faults/figures.js'
import { definePrometheusKinds } from './prometheus-operator.js'

const namespace = `hf-manifests-${process.pid}`
let accepted = 0
let withdrawPrometheusKinds = () => {}

function kubectl(args: readonly string[], objects: readonly unknown[] = []) {
  const input = objects.map(object => JSON.stringify(object)).join('\n')
  return spawnSync('kubectl', args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

beforeAll(() => {
  execFileSync('kubectl', ['create', 'namespace', namespace])
  const definitions = kinds.map(toCustomResourceDefinition)
  expect(kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], definitions)).toMatchObject({ status: 0 })
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`)
  execFileSync('kubectl', ['wait', '--for=condition=Established', '--timeout=60s', ...names])
  withdrawPrometheusKinds = definePrometheusKinds()
}, 120_000)

afterAll(() => {
  recordFigures('dry-run', { accepted })
  execFileSync('kubectl', ['delete', 'namespace', namespace, '--wait=false'])
  withdrawPrometheusKinds()
})

/** A namespace of the corpus is not there: its objects go to that of this test. */
const moved = (object: ManifestObject): ManifestObject =>
  object.metadata.namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } }

describe('the API server takes every object, as kubectl apply --server-side asks it', () => {
  test.each(corpus().map(({ name, objects }) => [name, objects] as const))('in %s', (_, objects) => {
    const all = [...objects, ...moverJobs(objects)].map(moved)
    const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict', '-f', '-']
    const { stdout, stderr } = kubectl(args, all)
    expect(stderr).toBe('')
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(all.length)
    accepted += lines.length
  })
})

interface Explained {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Explained>>
  readonly items?: Explained
  readonly additionalProperties?: Explained
  readonly allOf?: unknown
  readonly $ref?: string
}

function silent(schema: Explained, path: string): string[] {
  const here = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const borrowed = field.allOf !== undefined || field.$ref !== undefined
    const own = borrowed || (field.description ?? '') !== '' ? [] : [`${path}.${name}`]
    return [...own, ...silent(field, `${path}.${name}`)]
  })
  const items = schema.items === undefined ? [] : silent(schema.items, `${path}[]`)
  const values = schema.additionalProperties === undefined ? [] : silent(schema.additionalProperties, `${path}.*`)
  return [...here, ...items, ...values]
}

test('the API server describes every field of every kind, which is what kubectl explain shows', () => {
  const raw = execFileSync('kubectl', ['get', '--raw', `/openapi/v3/apis/${apiVersion}`], { maxBuffer: 2 ** 28 })
  const { schemas } = JSON.parse(raw.toString()).components as { schemas: Record<string, Explained> }
  for (const { kind } of kinds) {
    const schema = schemas[`dev.holdfast.${apiVersion.slice(apiGroup.length + 1)}.${kind}`]
    expect(Object.keys(schema?.properties ?? {})).toContain('spec')
    expect(silent(schema ?? {}, kind)).toEqual([])
  }
})

test.each(kinds.map(({ plural, description }) => [plural, description] as const))(
  'kubectl explain %s says what the kind is for and what its spec is',
  (plural, description) => {
    const { stdout, stderr } = kubectl(['explain', `${plural}.${apiGroup}`])
    expect(stderr.replace(/^WARNING.*\n/, '')).toBe('')
    const text = stdout.replace(/\s+/g, ' ')
    expect(text).toContain(description)
    expect(text).toContain('What is wanted.')
  },
)

test('the pinned schemas of Kubernetes are those of the API server (node scripts/kubernetes-schemas.mjs)', () => {
  for (const [file, text] of readKubernetesSchemas()) {
    expect(JSON.parse(readFileSync(join(kubernetesSchemas, file), 'utf8'))).toEqual(JSON.parse(text))
  }
})
