import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readReliabilityResults } from './reliability-results.js'
import { root } from './tools.mjs'

// The page is made from committed results, so that reading it needs no cluster; this takes over those of the last runs.
const results = readReliabilityResults(root, join(root, 'build/results'))
const file = join(root, 'bench/results/reliability.json')
writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
process.stdout.write(`${file}\n`)
for (const { number, files } of results.promises) {
  const [passed, failed] = Object.values(files).reduce(([p, f], each) => [p + each.passed, f + each.failed], [0, 0])
  process.stdout.write(`promise ${number}: ${passed} passed, ${failed} failed, in ${Object.keys(files).length} files\n`)
}
