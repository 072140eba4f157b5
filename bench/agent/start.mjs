import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, first, makeRepository, makeSecret, median, node, sessionFlags } from './program.mjs'

const rounds = 9

/** Milliseconds from the start of a step to its first call of restic, or to its end where it calls none. */
export function starts(work) {
  const [shims, secret, scratch] = ['shims', 'start-secret', 'start-scratch'].map(name => join(work, name))
  for (const folder of [shims, scratch]) mkdirSync(folder, { recursive: true })
  makeSecret(secret)
  const source = join(work, 'start-source')
  mkdirSync(source)
  writeFileSync(join(source, 'file'), 'x')
  // A restic that only notes when it was called, and what its first caller must take as an end.
  const noted = join(work, 'called')
  writeFileSync(join(shims, 'restic'), `#!/bin/bash\n[ -e ${noted} ] || echo $EPOCHREALTIME > ${noted}\nexit 12\n`)
  chmodSync(join(shims, 'restic'), 0o755)
  const id = makeRepository(join(work, 'start-repository'))
  const session = sessionFlags(join(work, 'start-repository'), id, secret, scratch)
  const { hostname: _, 'session-uid': __, attempt: ___, ...connection } = session
  const named = { namespace: 'bench', 'repository-name': 'store' }
  const invoker = { 'invoker-kind': 'BackupConfiguration', 'invoker-name': 'data', 'target-name': 'data' }
  const hook = JSON.stringify({ exec: { command: ['true'] } })
  const steps = {
    'pvc-backup': { ...session, 'mount-path': source, paths: JSON.stringify([source]) },
    'pvc-restore': {
      ...session,
      'source-hostname': 'bench/source',
      'mount-path': source,
      destination: join(source, 'new'),
      snapshots: '["latest"]',
    },
    'update-status': { ...session, ...named, ...invoker },
    finish: {
      ...session,
      ...named,
      ...invoker,
      target: 'backup',
      cause: 'PodDeleted',
      paths: JSON.stringify([source]),
    },
    maintain: { ...connection, ...named, check: 'true' },
    'run-hook': { hook, 'hook-type': 'preBackup', 'output-dir': session['output-dir'] },
  }
  const env = {
    PATH: `${shims}:${process.env.PATH}`,
    HOLDFAST_TERMINATION_LOG: join(work, 'start-report'),
  }
  const nothing = time([...first, node, '-e', ''], env, noted)
  const rows = Object.entries(steps).map(([step, flags]) => {
    if (step === 'update-status' || step === 'finish') leaveBackup(session['output-dir'], id)
    return { step, ...time([...first, ...commandLine(step, flags)], env, noted) }
  })
  return { node: nothing.milliseconds, steps: rows }
}

/** What pvc-backup leaves for the next step. */
function leaveBackup(folder, id) {
  mkdirSync(folder, { recursive: true })
  const report = { holdfast: 1, step: 'pvc-backup', outcome: 'Succeeded', repository: { id }, snapshots: [] }
  writeFileSync(join(folder, 'pvc-backup.json'), JSON.stringify(report))
}

function time([program, ...args], env, noted) {
  const taken = []
  let called = false
  for (let round = 0; round < rounds; round++) {
    rmSync(noted, { force: true })
    const exact = performance.timeOrigin + performance.now()
    const { status, stderr } = spawnSync(program, args, { env, timeout: 30_000 })
    const ended = performance.timeOrigin + performance.now()
    if (status === 2) throw new Error(`${args.slice(0, 6).join(' ')}: ${stderr}`)
    const at = stamp(noted)
    called = at !== undefined
    taken.push((at ?? ended) - exact)
  }
  return { milliseconds: median(taken), called }
}

function stamp(file) {
  try {
    return Number(readFileSync(file, 'utf8')) * 1000
  } catch {
    return undefined
  }
}
