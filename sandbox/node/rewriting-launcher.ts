import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import type { ContainerProcess, Exit, Launcher, ProcessSpec } from './launcher.js'
import { type PathPair, rewritePaths } from './path-rewriting.js'

/**
 * For machines without namespaces (macOS, unprivileged containers): mount paths in command, args and env are
 * replaced by the folders behind them. Limits: a program with a mount path built in does not find it
 * (the agent learns the place of its message from `HOLDFAST_TERMINATION_LOG`), read-only is not
 * enforced, and when two claims are mounted at one path at the same time, results show the path of the later one.
 */
export class RewritingLauncher implements Launcher {
  readonly mode = 'rewriting'
  private readonly seen = new Map<string, string>()

  start(spec: ProcessSpec): ContainerProcess {
    const mounts = [...spec.mounts, { path: spec.messagePath, source: spec.messageFile }]
    const forward = mounts.map(({ path, source }) => ({ from: path, to: source }))
    for (const { path, source } of mounts) this.seen.set(source, path)
    const [program = '', ...args] = spec.command.map(text => rewritePaths(text, forward))
    const given = { HOLDFAST_TERMINATION_LOG: spec.messagePath, ...spec.env }
    const env = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, rewritePaths(value, forward)]))
    const log = openSync(spec.logFile, 'a')
    const cwd = spec.workingDir === undefined ? spec.folder : rewritePaths(spec.workingDir, forward)
    const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true, cwd, env, ...owner(spec) })
    closeSync(log)
    return running(child)
  }

  reveal(text: string): string {
    const back: PathPair[] = [...this.seen].map(([source, path]) => ({ from: source, to: path }))
    return rewritePaths(text, back)
  }
}

function owner(spec: ProcessSpec): { uid?: number; gid?: number } {
  const { user, group } = spec.identity
  return process.getuid?.() === 0 && user !== 0 ? { uid: user, gid: group } : {}
}

function running(child: ChildProcess): ContainerProcess {
  const started = new Promise<void>(resolve => child.once('spawn', resolve))
  const exited = new Promise<Exit>(resolve => {
    child.once('error', error => resolve({ code: 128, startError: error.message }))
    child.once('exit', (code, signal) => {
      killAll(child)
      if (signal === null) resolve({ code: code ?? 0 })
      else resolve({ code: 128 + (constants.signals[signal] ?? 0), signal: constants.signals[signal] ?? 0 })
    })
  })
  return {
    started,
    exited,
    terminate: () => void child.kill('SIGTERM'),
    kill: () => {
      for (const pid of descendants(child.pid)) signalTo(pid, 'SIGKILL')
      killAll(child)
    },
  }
}

/** The process group of the container: what its main process left behind. */
function killAll(child: ChildProcess): void {
  if (child.pid !== undefined) signalTo(-child.pid, 'SIGKILL')
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/** Children of children too, for they may have left the process group. */
function descendants(root: number | undefined): number[] {
  if (root === undefined) return []
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = table.split('\n').map(row => row.trim().split(/\s+/).map(Number))
  const found = [root]
  for (const parent of found) {
    for (const [pid, ppid] of pairs) if (ppid === parent && pid !== undefined) found.push(pid)
  }
  return found.slice(1)
}
