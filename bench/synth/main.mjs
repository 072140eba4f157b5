// Measures cdk8s, Helm and Holdfast side by side, a process for each measurement, and writes bench/results/synth.json.
// usage: npm run bench:synth [-- --quick] [-- --only <row>[,<row>]]   (npm run build first)
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { root } from '../../scripts/tools.mjs'
import { helm } from './helm.mjs'
import { ratios } from './ratios.mjs'
import { helmChart, rows } from './rows.mjs'

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
if (!existsSync(join(root, 'build/bundle/holdfast.cjs')))
  throw new Error('build/ is not there; run npm run build first')
// A disk would be measured instead of the programs.
const memory = '/dev/shm'
const base = existsSync(memory) ? memory : tmpdir()
const work = mkdtempSync(join(base, 'holdfast-bench-'))
const slow = mkdtempSync(join(root, 'build', 'bench-'))
const found = helm()

/** Runs one command to its end: wall time of the whole process, and what it says of itself. */
function once([program, args, env = {}]) {
  const output = openSync(join(work, 'stdout'), 'w')
  const began = performance.now()
  const { status, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, 'pipe'],
    encoding: 'utf8',
  })
  const wall = performance.now() - began
  closeSync(output)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stderr}`)
  const said = readFileSync(join(work, 'stdout'), 'utf8')
  return { wall, ...(said.startsWith('{"build"') ? JSON.parse(said) : {}) }
}

/** Rows take turns, so that a busy moment of the machine does not meet one of them alone. */
function measure(all) {
  const sizes = [...new Set(all.flatMap(({ runs }) => Object.keys(runs).map(Number)))].sort((a, b) => a - b)
  const results = new Map(all.map(({ id }) => [id, {}]))
  for (const size of sizes.filter(each => !values.quick || each <= 1000)) {
    const taken = new Map(all.map(({ id }) => [id, { first: [], second: [] }]))
    for (let turn = 0; turn < 3; turn++) {
      for (const { id, make, runs, disk = false, again = false } of all) {
        if ((runs[size] ?? 0) <= turn) continue
        const outdir = join(disk ? slow : work, 'out')
        rmSync(outdir, { recursive: true, force: true })
        taken.get(id).first.push(once(make(size, outdir, false)))
        if (again) taken.get(id).second.push(once(make(size, outdir, true)))
        rmSync(outdir, { recursive: true, force: true })
        process.stderr.write('.')
      }
    }
    for (const [id, { first, second }] of taken) {
      if (first.length === 0) continue
      results.get(id)[size] = { ...summary(first), ...(second.length > 0 ? { again: summary(second) } : {}) }
    }
  }
  return results
}

function summary(taken) {
  const sorted = key =>
    taken
      .map(each => each[key])
      .filter(value => value !== undefined)
      .sort((a, b) => a - b)
  const of = key => {
    const all = sorted(key)
    return all.length === 0 ? {} : { [key]: { min: round(all[0]), median: round(all[Math.floor(all.length / 2)]) } }
  }
  return { runs: taken.length, ...of('wall'), ...of('synth'), ...of('mebibytes') }
}

const round = value => Math.round(value)

function table(results, sizes) {
  const shown = new Table({
    head: ['whole process, ms (min … median)', ...sizes.map(String), 'MiB'],
    style: { head: [] },
  })
  for (const { name, results: of } of results) {
    const cells = sizes.map(size => (of[size] === undefined ? '' : `${of[size].wall.min} … ${of[size].wall.median}`))
    shown.push([name, ...cells, Object.values(of).at(-1)?.mebibytes?.min ?? ''])
    for (const size of sizes) {
      const second = of[size]?.again
      if (second !== undefined)
        shown.push([
          `  again, one policy changed`,
          ...sizes.map(each => (each === size ? `${second.wall.min} … ${second.wall.median}` : '')),
          '',
        ])
    }
  }
  return shown.toString()
}

try {
  const only = values.only?.split(',')
  const chosen = rows(size => helmChart(work, size, found.path)).filter(
    ({ id }) => only === undefined || only.includes(id),
  )
  const measured = measure(chosen)
  const results = chosen.map(({ id, name }) => ({ id, name, results: measured.get(id) }))
  const sizes = [100, 1000, 10_000, 100_000].filter(size => results.some(({ results: of }) => of[size] !== undefined))
  const report = {
    machine: {
      processor: cpus()[0]?.model ?? '',
      cores: cpus().length,
      gibibytes: Math.round(totalmem() / 2 ** 30),
      load: Math.round(loadavg()[1] * 10) / 10,
      output: base === memory ? 'tmpfs' : 'disk',
    },
    versions: {
      node: process.version,
      helm: found.version,
      cdk8s: JSON.parse(readFileSync(join(root, 'node_modules/cdk8s/package.json'), 'utf8')).version,
    },
    sizes,
    rows: results,
    ratios: ratios(results, values.quick ? 1000 : 10_000),
  }
  process.stdout.write(`\n${table(results, sizes)}\n`)
  for (const { slow: a, fast: b, size, of, times, goal } of report.ratios) {
    const what = of === 'synth' ? 'synthesis alone' : 'process'
    process.stdout.write(
      `${a} / ${b}, ${size} objects, ${what}: ${times} times${goal === undefined ? '' : ` (goal ${goal})`}\n`,
    )
  }
  if (!values.quick && only === undefined) {
    mkdirSync(join(root, 'bench/results'), { recursive: true })
    writeFileSync(join(root, 'bench/results/synth.json'), `${JSON.stringify(report, null, 2)}\n`)
  }
} finally {
  for (const folder of [work, slow]) rmSync(folder, { recursive: true, force: true })
}
