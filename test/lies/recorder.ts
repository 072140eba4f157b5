import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { toolPath } from '../../scripts/tools.mjs'
import { FlowLab, type FlowName, host, password } from './flow.js'
import { type RecordedCall, type Recording, type Trouble, unplaced } from './recording.js'
import { CallCounter } from './said.js'

interface Spoken {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** Runs every flow with the true restic and writes down what it says. */
export async function record(): Promise<Recording> {
  const lab = new FlowLab()
  try {
    const flows: Partial<Record<FlowName, RecordedCall[]>> = {}
    let id = ''
    for (const flow of ['first', 'known', 'finish', 'restore', 'maintain'] as const) {
      const calls = await recordFlow(lab, flow, id)
      flows[flow] = calls
      id ||= /"id":"([0-9a-f]{64})"/.exec(calls.find(({ key }) => key === 'init #1')?.stdout ?? '')?.[1] ?? ''
    }
    const { stdout } = await speak(['version'], {})
    const troubles = await recordTroubles(lab)
    return { restic: stdout.trim(), repositoryId: id, flows: flows as Recording['flows'], troubles }
  } finally {
    lab.close()
  }
}

async function recordFlow(lab: FlowLab, flow: FlowName, id: string): Promise<RecordedCall[]> {
  const counter = new CallCounter()
  const recorded = new Map<string, RecordedCall>()
  await lab.run(flow, counter, id, async ({ args, env, onStdout, onStderr }) => {
    const { key } = counter.next(args)
    const spoken = await speak(args, env)
    recorded.set(key, clean({ key, ...spoken }, lab.folder))
    onStdout(Buffer.from(spoken.stdout))
    onStderr(Buffer.from(spoken.stderr))
    return { code: spoken.code, signal: null }
  })
  return [...recorded.values()].sort(
    (a, b) => counter.calls.findIndex(c => c.key === a.key) - counter.calls.findIndex(c => c.key === b.key),
  )
}

const clean = (call: RecordedCall, folder: string): RecordedCall => ({
  ...call,
  stdout: unplaced(call.stdout, folder),
  stderr: unplaced(call.stderr, folder),
})

async function recordTroubles(lab: FlowLab): Promise<Recording['troubles']> {
  const env = (more: NodeJS.ProcessEnv = {}) => ({
    ...{ RESTIC_REPOSITORY: lab.repository, RESTIC_PASSWORD: password },
    ...{ RESTIC_CACHE_DIR: join(lab.folder, 'cache'), HOME: lab.folder, ...more },
  })
  const note = async (args: string[], variables: NodeJS.ProcessEnv, uid?: number) =>
    clean({ key: args[0] ?? '', ...(await speak(args, variables, uid)) }, lab.folder)
  const backup = ['backup', '--json', `--host=${host}`, '--', ...lab.paths.slice(0, 1)]
  const recorded: Record<Trouble, RecordedCall> = {
    absent: await note(
      ['cat', 'config', '--json', '--no-lock'],
      env({ RESTIC_REPOSITORY: join(lab.folder, 'nowhere') }),
    ),
    'wrong password': await note(backup, env({ RESTIC_PASSWORD: 'wrong' })),
    'exists already': await note(['init', '--json'], env()),
    'nothing listed': await note(['snapshots', '--json', '--no-lock', '--host=nobody'], env()),
    unreadable: await unreadable(lab, note, env),
    // Last: the lock stays behind.
    locked: await locked(lab, backup, env()),
  }
  return recorded
}

// A file that only its owner may read, and a mover that is another user.
async function unreadable(
  lab: FlowLab,
  note: (args: string[], variables: NodeJS.ProcessEnv, uid?: number) => Promise<RecordedCall>,
  env: (more: NodeJS.ProcessEnv) => NodeJS.ProcessEnv,
): Promise<RecordedCall> {
  const [secret, repository, cache] = ['volume/a/secret.txt', 'other', 'other-cache'].map(name =>
    join(lab.folder, name),
  )
  writeFileSync(secret ?? '', 'secret')
  cpSync(lab.repository, repository ?? '', { recursive: true })
  mkdirSync(cache ?? '')
  for (const [path, mode] of [
    [secret, 0o000],
    [cache, 0o777],
    [lab.folder, 0o755],
  ] as const)
    chmodSync(path ?? '', mode)
  await speakAs('chmod', ['-R', 'a+rwX', repository ?? ''], {})
  const place = { RESTIC_REPOSITORY: repository, RESTIC_CACHE_DIR: cache, HOME: cache }
  return note(['backup', '--json', `--host=${host}`, '--', ...lab.paths.slice(0, 1)], env(place), 65532)
}

// Another process’s exclusive lock: a check that is stopped half-way.
async function locked(lab: FlowLab, args: string[], env: NodeJS.ProcessEnv): Promise<RecordedCall> {
  const isLocked = () => readdirSync(join(lab.repository, 'locks')).some(name => /^[0-9a-f]{64}$/.test(name))
  for (;;) {
    const holder = spawn(toolPath('restic'), ['check', '--limit-download=1'], { env, stdio: 'ignore' })
    try {
      while (!isLocked() && holder.exitCode === null) await setTimeout(5)
      holder.kill('SIGSTOP')
      const spoken = await speak(args, env)
      // A check that was faster than the signal has given its lock back.
      if (spoken.code === 11) return clean({ key: 'backup', ...spoken }, lab.folder)
    } finally {
      holder.kill('SIGKILL')
    }
  }
}

const speak = (args: readonly string[], env: NodeJS.ProcessEnv, uid?: number) =>
  speakAs(toolPath('restic'), args, env, uid)

function speakAs(command: string, args: readonly string[], env: NodeJS.ProcessEnv, uid?: number): Promise<Spoken> {
  const identity = uid !== undefined && process.getuid?.() === 0 ? { uid, gid: uid } : {}
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ ...said, code: code ?? -1 }))
  })
}
