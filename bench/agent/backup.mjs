import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, makeRepository, makeSecret, median, restic, run, sessionFlags } from './program.mjs'

const perFolder = 200

/** Incompressible files of at most so many bytes each. */
export function fill(folder, files, bytes, size = () => bytes) {
  for (let index = 0; index < files; index++) {
    const place = join(folder, `d${Math.floor(index / perFolder)}`)
    if (index % perFolder === 0) mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `f${index}`), randomBytes(size(index)))
  }
}

/**
 * pvc-backup beside raw restic, which repeats the very command line and environment that the step gives it: in turn, the
 * first of each pair changing, on a new repository each (`first`) or on one that has the files already (`unchanged`).
 */
export async function compare(work, source, kind, pairs, prefix = []) {
  const place = join(work, kind)
  const [shim, captured, secret] = ['shim', 'captured', 'secret'].map(name => join(place, name))
  mkdirSync(shim, { recursive: true })
  makeSecret(secret)
  const note = `printf '%s\\0' "$@" > ${captured}.args; env -0 > ${captured}.env`
  writeFileSync(join(shim, 'restic'), `#!/bin/sh\n${note}\nexec ${restic} "$@"\n`)
  chmodSync(join(shim, 'restic'), 0o755)
  const parts = { place, source, secret, captured, prefix }
  const kept = fresh(parts)
  await ours(parts, kept, `${shim}:${process.env.PATH}`)
  const results = { own: [], raw: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const own = async () => results.own.push(await ours(parts, kind === 'first' ? fresh(parts) : kept, pathOf(restic)))
    const plain = async () => results.raw.push(await theirs(parts, kind === 'first' ? fresh(parts) : kept))
    for (const each of pair % 2 === 0 ? [own, plain] : [plain, own]) await each()
  }
  rmSync(place, { recursive: true, force: true })
  return summary(results)
}

const pathOf = program => `${join(program, '..')}:${process.env.PATH}`

function fresh({ place }) {
  const repository = join(place, 'repository')
  return { repository, scratch: join(place, 'scratch'), id: makeRepository(repository) }
}

function clean(scratch) {
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
}

async function ours({ place, source, secret, prefix }, { repository, scratch, id }, path) {
  clean(scratch)
  const flags = {
    ...sessionFlags(repository, id, secret, scratch),
    'mount-path': source,
    paths: JSON.stringify([source]),
  }
  const log = join(place, 'report.json')
  const taken = await run([...prefix, ...commandLine('pvc-backup', flags)], {
    PATH: path,
    HOLDFAST_TERMINATION_LOG: log,
  })
  const report = JSON.parse(readFileSync(log, 'utf8'))
  if (report.outcome !== 'Succeeded') throw new Error(`pvc-backup: ${JSON.stringify(report)}`)
  return taken
}

async function theirs({ captured, prefix }, { repository, scratch }) {
  clean(scratch)
  const args = readFileSync(`${captured}.args`, 'utf8').split('\0').slice(0, -1)
  const env = Object.fromEntries(
    readFileSync(`${captured}.env`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  for (const folder of [env.TMPDIR, env.HOME, env.RESTIC_CACHE_DIR]) if (folder) mkdirSync(folder, { recursive: true })
  return run([...prefix, restic, ...args], { ...env, RESTIC_REPOSITORY: env.RESTIC_REPOSITORY ?? repository })
}

function summary({ own, raw }) {
  const figures = list => ({
    wall: median(list.map(each => each.wall)),
    cpu: median(list.map(each => each.cpu)),
    resticMebibytes: median(list.map(each => each.mebibytes.restic)),
    ...(list[0].mebibytes.agent === undefined
      ? {}
      : { agentMebibytes: median(list.map(each => each.mebibytes.agent)) }),
  })
  const ratio = key => median(own.map((each, index) => each[key] / raw[index][key]))
  return { pairs: own.length, own: figures(own), raw: figures(raw), ratio: { wall: ratio('wall'), cpu: ratio('cpu') } }
}
