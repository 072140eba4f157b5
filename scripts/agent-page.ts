import { groupedDigits, markdownTable } from './markdown-table.js'

interface Figures {
  readonly wall: number
  readonly cpu: number
  readonly agentMebibytes?: number
  readonly resticMebibytes?: number | null
}

interface Pairs {
  readonly pairs: number
  readonly own: Figures
  readonly raw: Figures
  readonly ratio: { readonly wall: number; readonly cpu: number }
}

/** What bench/agent writes. */
export interface AgentResults {
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly gibibytes: number
    readonly load: number
  }
  readonly versions: { readonly node: string; readonly restic: string }
  readonly kilobytes: number
  readonly start: {
    readonly node: number
    readonly steps: readonly { readonly step: string; readonly milliseconds: number; readonly called: boolean }[]
  }
  readonly files: number
  readonly mebibytes: number
  readonly backups: { readonly first: Pairs; readonly unchanged: Pairs }
  readonly many?: readonly (Pairs & { readonly files: number })[]
}

const seconds = (value: number) => value.toFixed(2)
const whole = (value: number | null | undefined) =>
  value === undefined || value === null ? '' : groupedDigits(Math.round(value))

/** The section of docs/performance.md on the agent beside restic itself. */
export function agentMarkdown(results: AgentResults): string {
  const { machine, versions, kilobytes, start, files, mebibytes, backups, many = [] } = results
  const starts = markdownTable(
    ['step', 'ms', 'until'],
    [
      ['Node alone, doing nothing', whole(start.node), 'its end'],
      ...start.steps.map(({ step, milliseconds, called }) => [
        step,
        whole(milliseconds),
        called ? 'restic is called' : 'its end',
      ]),
    ],
  )
  const row = (name: string, { own, raw, ratio }: Pairs) => [
    name,
    seconds(own.wall),
    seconds(raw.wall),
    ratio.wall.toFixed(2),
    ratio.cpu.toFixed(2),
    whole(own.agentMebibytes),
    whole(raw.resticMebibytes),
  ]
  const compared = markdownTable(
    ['pvc-backup and restic', 'step, s', 'restic, s', 'ratio', 'ratio of cpu', 'agent, MiB', 'restic, MiB'],
    [
      row(`first backup, ${whole(files)} files, ${whole(mebibytes)} MiB`, backups.first),
      row('again, nothing changed', backups.unchanged),
      ...many.map(each => row(`first backup, ${whole(each.files)} files of 0 to 100 bytes`, each)),
    ],
  )
  return `## The agent

From \`bench/results/agent.json\`, which \`npm run bench:agent\` writes (after \`npm run build\`; ten minutes). The bundle has ${whole(kilobytes)} kB,
of which most are read by \`maintain\` and \`run-hook\` alone. Node ${versions.node}, restic ${versions.restic}; ${machine.processor}, ${machine.cores} cores,
${machine.gibibytes} GiB, load ${machine.load} when the run ended.

Medians of nine starts, before all other processes of the machine:

${starts}

The step beside raw restic, which repeats the very command line and environment that the step gives it: in turn, medians of
${backups.first.pairs} pairs, and of the pairs' ratios. The step also asks the repository for its id before and for the snapshot after. Rows with
many small files are one pair, at usual priority on a busy machine: there the memory is what they say.

${compared}

The agent's own memory does not grow with the number of files; restic's does.
`
}
