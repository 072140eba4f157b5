// Measures the controller under load and writes bench/results/scale.json; a process for each run.
// usage: npm run bench:scale [-- --only goal,fleet] (npm run build first; as root on Linux; a quarter of an hour)
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../scripts/tools.mjs'
import { system } from './fleet.js'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const file = join(root, 'build/bundle/controller.cjs')
if (!existsSync(file)) throw new Error(`${file} is not there; run npm run build first`)
const results = join(root, 'bench/results/scale.json')
const newer = join(root, '.tools/bin/node24')
/** The image's Node where it is installed, else this process's own. */
const node = existsSync(newer) ? newer : process.execPath
/** Heap of a controller with a memory limit of 512 MiB: ten thousand configurations are beyond the default. */
const larger = system()
  .container.command.filter(each => each.startsWith('--'))
  .map(each => (each.startsWith('--max-old-space-size') ? '--max-old-space-size=256' : each))
  .join(' ')

const growth = ['spread', 'shared'].flatMap(layout =>
  [100, 1_000, 10_000].map(count => ({
    id: `${layout}-${count}`,
    args: ['--layout', layout, '--configurations', `${count}`, '--jobs', `${count / 2}`, '--steady', '100'],
    // The same heap for all, so that what differs is the number alone.
    flags: larger,
  })),
)
const runs: readonly { id: string; args: readonly string[]; flags?: string }[] = [
  { id: 'goal', args: ['--configurations', '1000', '--jobs', '4000', '--steady', '300', '--burst', '1000'] },
  {
    id: 'fleet',
    args: ['--configurations', '10000', '--jobs', '4000', '--rest', '60', '--steady', '300', '--burst', '1000'],
    flags: larger,
  },
  ...growth,
]

const known = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {}
const taken: Record<string, unknown> = { ...known.runs }
for (const { id, args, flags } of runs) {
  if (values.only !== undefined && !values.only.split(',').some(each => id.startsWith(each))) continue
  process.stderr.write(`${id}\n`)
  const command = ['--import', 'tsx', join(import.meta.dirname, 'run.ts'), ...args, '--node', node]
  const { status, stdout } = spawnSync(
    process.execPath,
    [...command, ...(flags === undefined ? [] : [`--flags=${flags}`])],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 600_000 },
  )
  if (status !== 0) throw new Error(`run ${id} ended with ${status}`)
  taken[id] = { ...JSON.parse(stdout), load: Math.round((loadavg()[0] ?? 0) * 10) / 10 }
  write()
}

function write(): void {
  const machine = {
    processor: cpus()[0]?.model.replace(/\s+Processor.*$/, '') ?? '',
    cores: cpus().length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const options = system().container.command.filter(each => each.startsWith('--'))
  const { cluster } = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {}
  const all = { machine, node: version, options, larger, runs: taken, ...(cluster === undefined ? {} : { cluster }) }
  writeFileSync(results, `${JSON.stringify(all, undefined, 2)}\n`)
}
