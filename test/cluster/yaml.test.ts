import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { emitYaml } from '../../lib/yaml/emit.js'
import { corpus } from '../yaml/corpus.js'

const namespace = `hf-yaml-${process.pid}`
/** The API server takes no ConfigMap above 1 MiB. */
const largest = 256 * 1024

interface ConfigMap {
  readonly metadata: { readonly name: string }
  readonly data: Readonly<Record<string, string>>
}

function kubectl(args: readonly string[], input = ''): string {
  return execFileSync('kubectl', args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

function configMap(index: number, data: Readonly<Record<string, string>>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `corpus-${index}`, namespace }, data }
}

/**
 * kubectl sends a server-side apply as JSON, and the API server reads that as YAML: it refuses these, or takes them
 * for line breaks, whatever file they came from. Created objects are sent and read as JSON.
 */
const notForServerSideApply = /[\x7f-\x9f\ufeff\ufffe\uffff]/

/** Texts as the values of as few ConfigMaps as the API server allows. */
function configMaps(texts: readonly string[] = corpus) {
  const parts: Record<string, string>[] = [{}]
  let size = 0
  for (const [index, text] of texts.entries()) {
    size += Buffer.byteLength(text)
    if (size > largest) {
      parts.push({})
      size = Buffer.byteLength(text)
    }
    Object.assign(parts.at(-1) ?? {}, { [`text-${index}`]: text })
  }
  return parts.map((data, index) => configMap(index, data))
}

const stream = (objects: readonly unknown[]): string => objects.map(emitYaml).join('---\n')

beforeAll(() => {
  kubectl(['create', 'namespace', namespace])
})

afterAll(() => {
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

function expectStored(meant: readonly ReturnType<typeof configMap>[]): void {
  for (const { metadata, data } of meant) {
    const found: ConfigMap = JSON.parse(kubectl(['-n', namespace, 'get', 'configmap', metadata.name, '-o', 'json']))
    expect(found.data).toEqual(data)
  }
}

test('kubectl creates every awkward text of the corpus as it is', () => {
  const meant = configMaps()
  kubectl(['create', '-f', '-'], stream(meant))
  expectStored(meant)
  kubectl(['delete', '-f', '-'], stream(meant))
})

test('kubectl apply --server-side stores every text that it can send', () => {
  const meant = configMaps(corpus.filter(text => !notForServerSideApply.test(text)))
  kubectl(['apply', '--server-side', '-f', '-'], stream(meant))
  expectStored(meant)
})

test('kubectl create reads the same values before anything is sent', () => {
  for (const meant of configMaps()) {
    const read: ConfigMap = JSON.parse(
      kubectl(['create', '--dry-run=client', '-o', 'json', '-f', '-'], emitYaml(meant)),
    )
    expect(read.data).toEqual(meant.data)
  }
})

test('kubectl reads every awkward text as a key, at the top and further in', () => {
  for (let start = 0; start < corpus.length; start += 100) {
    const texts = corpus.slice(start, start + 100).filter(text => text !== '')
    const fields = Object.fromEntries(texts.map(text => [text, { [text]: [text] }]))
    const object = { apiVersion: 'example.dev/v1', kind: 'Corpus', metadata: { name: 'keys' }, ...fields }
    const read = JSON.parse(kubectl(['label', '--local', '-f', '-', 'seen=by-kubectl', '-o', 'json'], emitYaml(object)))
    expect({ ...read, metadata: object.metadata }).toEqual(object)
  }
})
