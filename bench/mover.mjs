// Compares the step pvc-backup with raw restic: the same flags, the same store, in turn, on the same machine.
// usage: node bench/mover.mjs [--pairs 7] [--files 20000] [--mebibytes 1024]
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, toolPath } from '../scripts/tools.mjs'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '7' },
    files: { type: 'string', default: '20000' },
    mebibytes: { type: 'string', default: '1024' },
  },
})
const [pairs, files, mebibytes] = [values.pairs, values.files, values.mebibytes].map(Number)
const agent = join(root, 'build/bundle/agent.cjs')
if (!existsSync(agent)) throw new Error(`${agent} is not there; run npm run build first`)

const work = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const [source, secret, shim, captured] = ['source', 'secret', 'shim', 'captured'].map(name => join(work, name))
const restic = toolPath('restic')

/** Incompressible files, so that the store gets every byte. */
function fill() {
  const size = Math.floor((mebibytes * 2 ** 20) / files)
  for (let index = 0; index < files; index++) {
    const folder = join(source, `d${Math.floor(index / 200)}`)
    if (index % 200 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `f${index}`), randomBytes(size))
  }
}

/** A restic that notes its own command line and environment: raw runs repeat exactly these. */
function prepare() {
  for (const folder of [secret, shim]) mkdirSync(folder)
  writeFileSync(join(secret, 'RESTIC_PASSWORD'), 'bench')
  const note = `printf '%s\\0' "$@" > ${captured}.args; env -0 > ${captured}.env`
  writeFileSync(join(shim, 'restic'), `#!/bin/sh\n${note}\nexec ${restic} "$@"\n`)
  chmodSync(join(shim, 'restic'), 0o755)
}

function agentCommand(repository, scratch) {
  const flags = {
    repository,
    provider: 'local',
    region: '',
    'insecure-tls': 'false',
    'max-connections': '0',
    'secret-dir': secret,
    'scratch-dir': scratch,
    'enable-cache': 'true',
    hostname: 'bench/source',
    'session-uid': 'bench',
    attempt: '1',
    'repository-id': readId(repository),
    'output-dir': join(scratch, 'output'),
    'may-initialize': 'false',
    'mount-path': source,
    paths: JSON.stringify([source]),
    exclude: '[]',
    args: '[]',
    'partial-policy': 'Fail',
    'empty-source-policy': 'Fail',
  }
  return [process.execPath, agent, 'pvc-backup', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)]
}

const plain = { PATH: `${process.env.PATH}`, RESTIC_PASSWORD: 'bench' }
const readId = repository =>
  JSON.parse(spawnSync(restic, ['-r', repository, 'cat', 'config'], { env: plain }).stdout.toString()).id

function fresh(name) {
  const [repository, scratch] = [join(work, `${name}-repository`), join(work, `${name}-scratch`)]
  for (const folder of [repository, scratch]) rmSync(folder, { recursive: true, force: true })
  mkdirSync(scratch)
  const made = spawnSync(restic, ['-r', repository, 'init'], { env: plain })
  if (made.status !== 0) throw new Error(made.stderr.toString())
  return { repository, scratch }
}

/** Wall and processor seconds of one command, its children included. */
function timed(command, env) {
  const log = join(work, 'stderr')
  const script = `TIMEFORMAT='%R %U %S'; { time "$@" >/dev/null 2>${log}; } 2>${log}.time`
  const { status } = spawnSync('bash', ['-c', script, 'bench', ...command], { env })
  if (status !== 0)
    throw new Error(`${command.slice(0, 3).join(' ')} ended with ${status}: ${readFileSync(log, 'utf8')}`)
  const [wall = 0, user = 0, system = 0] = readFileSync(`${log}.time`, 'utf8').trim().split(/\s+/).map(Number)
  return { wall, cpu: user + system }
}

function runAgent({ repository, scratch }, path) {
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch)
  const env = { PATH: path, HOLDFAST_TERMINATION_LOG: join(work, 'report.json') }
  const time = timed(agentCommand(repository, scratch), env)
  const report = JSON.parse(readFileSync(join(work, 'report.json'), 'utf8'))
  if (report.outcome !== 'Succeeded') throw new Error(`pvc-backup: ${JSON.stringify(report)}`)
  return time
}

function runRaw({ scratch }) {
  rmSync(scratch, { recursive: true, force: true })
  const args = readFileSync(`${captured}.args`, 'utf8').split('\0').slice(0, -1)
  const env = Object.fromEntries(
    readFileSync(`${captured}.env`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  for (const folder of [env.TMPDIR, env.HOME, env.RESTIC_CACHE_DIR]) if (folder) mkdirSync(folder, { recursive: true })
  return timed([restic, ...args], env)
}

const median = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const realPath = `${join(restic, '..')}:${process.env.PATH}`

/** Runs the two in turn, the first of each pair changing, and prints medians and the median of the pairs’ ratios. */
function compare(title, place) {
  const ratios = { wall: [], cpu: [] }
  const [ours, raws] = [[], []]
  const own = () => ours.push(runAgent(place(), realPath))
  const raw = () => raws.push(runRaw(place()))
  runAgent(place(), `${shim}:${process.env.PATH}`)
  for (let pair = 0; pair < pairs; pair++) {
    for (const run of pair % 2 === 0 ? [own, raw] : [raw, own]) run()
    ratios.wall.push(ours.at(-1).wall / raws.at(-1).wall)
    ratios.cpu.push(ours.at(-1).cpu / raws.at(-1).cpu)
  }
  const line = (name, list) =>
    `  ${name.padEnd(12)} wall ${median(list.map(each => each.wall)).toFixed(2)} s   cpu ${median(list.map(each => each.cpu)).toFixed(2)} s`
  process.stdout.write(
    `${title}, median of ${pairs} pairs\n${line('pvc-backup', ours)}\n${line('raw restic', raws)}\n  ratio        wall ${median(ratios.wall).toFixed(3)}     cpu ${median(ratios.cpu).toFixed(3)}\n`,
  )
}

try {
  process.stdout.write(`${files} files, ${mebibytes} MiB, in ${work}\n`)
  fill()
  prepare()
  compare('first backup', () => fresh('first'))
  const kept = fresh('unchanged')
  runAgent(kept, realPath)
  compare('unchanged', () => kept)
} finally {
  rmSync(work, { recursive: true, force: true })
}
