// Measures the agent: each step's start, pvc-backup beside raw restic, and its memory against the number of files.
// usage: npm run bench:agent [-- --pairs 5] [-- --files 20000] [-- --mebibytes 512] [-- --million]

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../scripts/tools.mjs'
import { compare, fill } from './backup.mjs'
import { agent, first, node, restic } from './program.mjs'
import { starts } from './start.mjs'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    files: { type: 'string', default: '20000' },
    mebibytes: { type: 'string', default: '512' },
    million: { type: 'boolean', default: false },
  },
})
const [pairs, files, mebibytes] = [values.pairs, values.files, values.mebibytes].map(Number)
const results = join(root, 'bench/results/agent.json')
const work = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const note = text => process.stderr.write(`${text}\n`)

try {
  const before = known()
  const kilobytes = statSync(agent).size / 1000
  const start = starts(work)
  note(JSON.stringify(start))
  const source = join(work, 'source')
  fill(source, files, Math.floor((mebibytes * 2 ** 20) / files))
  const backups = { first: await compare(work, source, 'first', pairs, first) }
  backups.unchanged = await compare(work, source, 'unchanged', pairs, first)
  note(JSON.stringify(backups))
  rmSync(source, { recursive: true })
  const many = values.million ? await growth() : before.many
  const machine = {
    processor: cpus()[0]?.model.replace(/\s+Processor.*$/, '') ?? '',
    cores: cpus().length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
    load: Math.round(loadavg()[0] * 10) / 10,
    ahead: first.length > 0,
  }
  const versions = { node: said(node, '--version'), restic: said(restic, 'version').split(' ')[1] }
  const all = {
    machine,
    versions,
    kilobytes,
    start,
    files,
    mebibytes,
    backups,
    ...(many === undefined ? {} : { many }),
  }
  writeFileSync(results, `${JSON.stringify(all, undefined, 2)}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** One pair each with a hundred thousand files and with a million, of 0 to 100 bytes; at usual priority. */
async function growth() {
  const rows = []
  for (const count of [100_000, 1_000_000]) {
    const source = join(work, `files-${count}`)
    mkdirSync(source)
    fill(source, count, 100, index => index % 101)
    rows.push({ files: count, ...(await compare(work, source, 'first', 1)) })
    note(JSON.stringify(rows.at(-1)))
    rmSync(source, { recursive: true })
  }
  return rows
}

function said(program, ...args) {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim()
}

function known() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    return {}
  }
}
