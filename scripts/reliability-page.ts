import { groupedDigits, markdownTable } from './markdown-table.js'
import { type FaultFamily, faultFamilies, otherSuites } from './reliability-families.js'
import type { Count, PromiseResults, ReliabilityResults } from './reliability-results.js'

/** docs/reliability.md. */
export function reliabilityMarkdown({ suites, promises, figures }: ReliabilityResults): string {
  return `# Reliability

What Holdfast promises, which tests try to break each promise, and how their last runs ended. Generated from
\`bench/results/reliability.json\`, which \`npm run reliability\` takes from the suites' own reports.

| suite | what it is | run it |
| --- | --- | --- |
| sandbox | everything that needs no cluster, with real restic, Pushgateway, REST and S3 servers | \`npm test\` |
| faults | crash points, faults of the API, lies of restic, Pushgateway and store, hostile input | \`npm run test:faults\` |
| cluster | the same behaviour and the faults of a real Kubernetes | \`npm run test:cluster\` |

\`npm run test:faults\` runs a representative part in about ten minutes; \`npm run test:faults -- --all\` runs every point, every
pair, every byte and every case. \`npm run soak\` runs the whole system on a cluster for an hour under random faults and ends in
an audit, whose remarks are counted below as problems.

${markdownTable(
  ['suite', 'passed', 'failed'],
  Object.entries(suites).map(([name, { passed, failed }]) => [name, groupedDigits(passed), groupedDigits(failed)]),
)}

## The promises

${promises.map(promiseSection).join('\n\n')}

## Faults of the programs and of the API, flow by flow

The controller and the agent's steps run on a virtual clock. A first run of each flow records its points: every write, every
call of restic, every watch. Then each trial does its harm and lets the flow come to its end, and the objects, the repository,
the files and the metrics must equal those of the undisturbed run. A trial that was not survived prints the command that
replays it.

${markdownList(faultFamilies.map(familyLine))}

Survived, of the trials of the last run:

${flowTable(figures)}

## What the other suites counted

${Object.keys(otherSuites)
  .filter(name => figures[name] !== undefined)
  .map(name => figureSection(name, figures[name] ?? {}))
  .join('\n\n')}
`
}

const markdownList = (lines: readonly string[]): string => lines.map(line => `- ${line}`).join('\n')

const familyLine = ({ suite, fault, chosen }: FaultFamily): string =>
  `**${words(suite)}**: ${fault}. Chosen: ${chosen}.`

const words = (name: string): string => name.replaceAll('-', ' ')

function flowTable(figures: ReliabilityResults['figures']): string {
  const families = faultFamilies.filter(({ suite }) => figures[suite] !== undefined)
  const counted = (suite: string, key: string) => figures[suite]?.[key]
  const cell = (suite: string, prefix: string) => {
    const [survived, trials] = [counted(suite, `${prefix}survived`), counted(suite, `${prefix}trials`)]
    return trials === undefined ? '' : `${survived}/${trials}`
  }
  const suffix = ' trials'
  const flows = families.flatMap(({ suite }) =>
    Object.keys(figures[suite] ?? {}).flatMap(key => (key.endsWith(suffix) ? key.slice(0, -suffix.length) : [])),
  )
  const row = (title: string, prefix: string) => [title, ...families.map(({ suite }) => cell(suite, prefix))]
  const rows = [...new Set(flows)].sort().map(flow => row(words(flow), `${flow} `))
  return markdownTable(['flow', ...families.map(({ suite }) => words(suite))], [...rows, row('**all**', '')])
}

function promiseSection({ number, promise, files }: PromiseResults): string {
  const { passed, failed } = sum(Object.values(files))
  const rows = Object.entries(files).map(([file, count]) => [`\`${file}\``, `${count.passed}`, `${count.failed}`])
  return `### ${number}. ${promise}

${passed} tests passed, ${failed} failed.

${markdownTable(['tests', 'passed', 'failed'], rows)}`
}

function figureSection(name: string, counts: Readonly<Record<string, number | string>>): string {
  const rows = Object.entries(counts).map(([what, value]) => [
    spaced(what),
    typeof value === 'number' ? groupedDigits(value) : value.replaceAll('|', '\\|'),
  ])
  return `### ${sentence(otherSuites[name] ?? words(name))}

${markdownTable(['counted', ''], rows)}`
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

// Figures are named as a program names them.
const spaced = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const sum = (counts: readonly Count[]): Count =>
  counts.reduce((all, each) => ({ passed: all.passed + each.passed, failed: all.failed + each.failed }), {
    passed: 0,
    failed: 0,
  })
