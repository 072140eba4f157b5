import { groupedDigits, markdownTable } from './markdown-table.js'
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

\`npm run test:faults\` runs a representative part in minutes; \`npm run test:faults -- --all\` runs every point, every pair, every
byte and every case. How the part is chosen is said with each suite below. \`npm run soak\` runs the whole system on a cluster for an
hour under random faults.

${markdownTable(
  ['suite', 'passed', 'failed'],
  Object.entries(suites).map(([name, { passed, failed }]) => [name, groupedDigits(passed), groupedDigits(failed)]),
)}

## The promises

${promises.map(promiseSection).join('\n\n')}

## What the suites counted

${Object.entries(figures)
  .map(([name, counts]) => figureSection(name, counts))
  .join('\n\n')}
`
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
    what,
    typeof value === 'number' ? groupedDigits(value) : value.replaceAll('|', '\\|'),
  ])
  return `### ${name}

${markdownTable(['counted', ''], rows)}`
}

const sum = (counts: readonly Count[]): Count =>
  counts.reduce((all, each) => ({ passed: all.passed + each.passed, failed: all.failed + each.failed }), {
    passed: 0,
    failed: 0,
  })
