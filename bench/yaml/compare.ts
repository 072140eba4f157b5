import { Yaml } from 'cdk8s'
import { dump } from 'js-yaml'
import { emitYaml } from '../../lib/yaml/emit.js'
import { corpus, placed } from '../../test/yaml/corpus.js'
import { Readers } from '../../test/yaml/readers.js'
import { representativeObjects } from './objects.js'

/** Each takes one value to one document. */
const writers: Readonly<Record<string, (value: unknown) => string>> = {
  emitYaml,
  'cdk8s (`yaml`)': value => Yaml.stringify(value),
  'js-yaml': value => dump(value, { noRefs: true, lineWidth: -1 }),
}
const rounds = 5

/** Milliseconds of the fastest round. */
function fastest(work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |\n`
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return `${row(header)}${row(header.map(() => '---'))}${rows.map(row).join('')}\n`
}

function times(): string {
  const objects = representativeObjects(10_000)
  const measured = Object.entries(writers).map(([name, write]) => {
    const milliseconds = fastest(() => {
      for (const object of objects) Buffer.from(write(object))
    })
    return { name, milliseconds }
  })
  const own = measured[0]?.milliseconds ?? 1
  const rows = measured.map(({ name, milliseconds }) => [
    name,
    Math.round(milliseconds),
    `${(milliseconds / own).toFixed(1)}×`,
  ])
  return table(['10 000 objects written by', 'ms', 'ratio'], rows)
}

function misreads(): string {
  const readers = new Readers()
  try {
    const values = corpus.flatMap(placed)
    const names = Object.keys(readers.read(['a: 1'])[0] ?? {})
    const rows = Object.entries(writers).map(([name, write]) => {
      const found = readers.misreads(values, write)
      return [name, ...names.map(reader => found.filter(misread => misread.reader === reader).length)]
    })
    const title = `${corpus.length} texts in ${values.length} documents, misread when written by`
    return table([title, ...names], rows)
  } finally {
    readers.close()
  }
}

process.stdout.write(`${times()}${misreads()}`)
