import { afterAll, expect, test } from '@jest/globals'
import { Yaml } from 'cdk8s'
import fc from 'fast-check'
import { loadAll } from 'js-yaml'
import { parseAllDocuments } from 'yaml'
import { emitYaml } from '../../lib/yaml/emit.js'
import { corpus, placed } from './corpus.js'
import { text, value } from './random-value.js'
import { Readers } from './readers.js'

const readers = new Readers()
afterAll(() => readers.close())

const awkward = corpus.flatMap(placed)
const random = [...fc.sample(text, 1500).flatMap(one => [{ value: one }, { [one]: [one] }]), ...fc.sample(value, 2000)]

/** What stands raw in cdk8s's text although YAML 1.1 calls it a line break, or YAML 1.2 forbids it outside quotes. */
const notForYaml = /[\u2028\u2029\ufeff]/
/** To YAML 1.1 a merge key and a value key, which PyYAML refuses as values. */
const oldKeys = ['<<', '=']
/** Numbers to Go once the underscores are gone, if they were not too large for it. */
const almostNumber = /^[-+.\d][\d.]*_*[eE\d_.+-]*_[\deE_.+-]*$/

/** True where this project writes more carefully than every one of the readers asks for. */
function deliberatelyDifferent(meant: unknown): boolean {
  if (typeof meant === 'string') return notForYaml.test(meant) || oldKeys.includes(meant) || almostNumber.test(meant)
  if (typeof meant !== 'object' || meant === null) return false
  return Object.entries(meant).some(entry => entry.some(deliberatelyDifferent))
}

test('the readers are six, and notice a text that is misread', () => {
  const readings = readers.read(['a: 0o17'])
  expect(Object.keys(readings[0] ?? {})).toHaveLength(6)
  expect(readers.misreads([{ a: '0o17' }], () => 'a: 0o17').map(({ reader }) => reader)).toContain('sigs.k8s.io/yaml')
})

test('every reader reads back each awkward text, as a value and as a key, wherever it stands', () => {
  expect(corpus.length).toBeGreaterThan(900)
  expect(readers.misreads(awkward, emitYaml)).toEqual([])
})

test('every reader reads back random values', () => {
  expect(readers.misreads(random, emitYaml)).toEqual([])
})

test('the text is the one that cdk8s writes wherever every reader reads that one right', () => {
  const values = [...awkward, ...random]
    .filter((_, index) => index % 4 === 0)
    .filter(meant => typeof meant !== 'string')
  const misread = new Set(readers.misreads(values, meant => Yaml.stringify(meant)).map(({ meant }) => meant))
  const alike = values.filter(meant => !(misread.has(meant) || deliberatelyDifferent(meant)))
  expect(alike.length).toBeGreaterThan(values.length / 2)
  expect(alike.filter(meant => emitYaml(meant) !== Yaml.stringify(meant))).toEqual([])
})

test('documents joined by --- are read back as the same documents', () => {
  const values = random.filter(meant => typeof meant === 'object' && meant !== null)
  const stream = values.map(emitYaml).join('---\n')
  expect(loadAll(stream)).toEqual(values)
  expect(parseAllDocuments(stream, { logLevel: 'error' }).map(document => document.toJS())).toEqual(values)
})
