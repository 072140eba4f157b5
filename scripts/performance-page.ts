/** One figure of several runs. */
interface Figure {
  readonly min: number
  readonly median: number
}

interface Measurement {
  readonly runs: number
  /** Milliseconds from the start of the process to its end. */
  readonly wall: Figure
  /** Milliseconds of the synthesis alone, where the program can say. */
  readonly synth?: Figure
  readonly mebibytes?: Figure
  readonly again?: Measurement
}

/** What bench/synth/main.mjs writes. */
export interface SynthResults {
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly gibibytes: number
    readonly load: number
    readonly output: string
  }
  readonly versions: { readonly node: string; readonly helm: string; readonly cdk8s: string }
  readonly sizes: readonly number[]
  readonly rows: readonly {
    readonly id: string
    readonly name: string
    readonly results: Readonly<Record<string, Measurement>>
  }[]
  readonly ratios: readonly {
    readonly slow: string
    readonly fast: string
    readonly size: number
    /** The whole process, or the synthesis alone. */
    readonly of: 'wall' | 'synth'
    readonly times: number
    readonly goal?: number
  }[]
}

const number = new Intl.NumberFormat('en-US')
const grouped = (value: number) => number.format(value).replaceAll(',', ' ')
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [head, line, ...body].map(row).join('\n')
}

/** docs/performance.md. */
export function performanceMarkdown(results: SynthResults): string {
  const { machine, versions, sizes, rows, ratios } = results
  const nameOf = (id: string) => rows.find(each => each.id === id)?.name ?? id
  const seconds = ({ min, median }: Figure) => `${(min / 1000).toFixed(2)} (${(median / 1000).toFixed(2)})`
  const cell = (measured: Measurement | undefined) => (measured === undefined ? '' : seconds(measured.wall))
  const times = table(
    ['seconds of the whole process', ...sizes.map(size => `${grouped(size)} objects`)],
    rows.flatMap(({ name, results: of }) => [
      [name, ...sizes.map(size => cell(of[size]))],
      ...(Object.values(of).some(({ again }) => again !== undefined)
        ? [[`– again, one policy changed`, ...sizes.map(size => cell(of[size]?.again))]]
        : []),
    ]),
  )
  const compared = table(
    ['in the same run', 'objects', 'of', 'times as long'],
    ratios.map(({ slow, fast, size, of, times: ratio }) => [
      `${nameOf(slow)} / ${nameOf(fast)}`,
      grouped(size),
      of === 'wall' ? 'the whole process' : 'the synthesis alone',
      `${ratio}`,
    ]),
  )
  const largest = Math.max(...sizes)
  const memory = rows.flatMap(({ name, results: of }) => {
    const peak = of[largest]?.mebibytes
    return peak === undefined ? [] : [[name, grouped(largest), grouped(peak.median)]]
  })
  const alone = rows.flatMap(({ name, results: of }) =>
    sizes.flatMap(size => {
      const own = of[size]?.synth
      return own === undefined || size < 10_000 ? [] : [[name, grouped(size), seconds(own)]]
    }),
  )
  return `# Performance of synthesis

Generated from \`bench/results/synth.json\`, which \`npm run bench:synth\` writes (after \`npm run build\`; four minutes).

Objects come in threes: a CronJob, a ConfigMap with a script and JSON, and a custom resource, about 1.3 kB of YAML each.
Every measurement is a process of its own that loads its libraries, builds the tree and writes the files; rows show the
minimum and, in parentheses, the median of up to three. Where a process has nothing to do, Node with cdk8s takes about a
quarter of a second. \`holdfast synth\` is two processes: the command, and the policy’s program.

${machine.processor}, ${machine.cores} cores, ${machine.gibibytes} GiB, load ${machine.load} when the run ended; output to ${machine.output}; Node ${versions.node}, cdk8s ${versions.cdk8s}, Helm ${versions.helm}.

${times}

## Side by side

${compared}

## The synthesis alone

Without starting Node, loading cdk8s and building the tree.

${table(['seconds', 'objects', 'minimum (median)'], alone)}

## Memory

${table(['peak resident set', 'objects', 'MiB'], memory)}

## Why

\`app.synth()\` resolves dependencies and validates the whole app again for each chart; that is quadratic in charts.
\`synthFleet\` walks the tree once, validates once, orders with a visited set, renders an object in one pass and writes its
YAML directly. Its files are the same, byte by byte. What is left is linear: building the tree, rendering, and the file
system, which is most of the time when there are many small files.

A second synth compiles everything again, compares every file with what is there, and writes those that differ. Compiling is
too quick for a cache to pay; what is spared is the disk.
`
}
