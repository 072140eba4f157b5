import { type ChildProcess, spawn } from 'node:child_process'
import { messageOf } from './failure.js'
import type { Program, ProgramEnd } from './host.js'

/** Runs a program as a child of this process. */
export function runChildProgram(program: Program): Promise<ProgramEnd> {
  const { command, args, env, cwd, ownGroup = false, terminate, kill } = program
  if (terminate.aborted) return Promise.resolve({ code: null, signal: 'SIGTERM' })
  const child = spawn(command, args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    detached: ownGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', program.onStdout)
  child.stderr.on('data', program.onStderr)
  const onTerminate = () => signalTo(child, ownGroup, 'SIGTERM')
  const onKill = () => signalTo(child, ownGroup, 'SIGKILL')
  terminate.addEventListener('abort', onTerminate, { once: true })
  kill?.addEventListener('abort', onKill, { once: true })
  return new Promise(resolve => {
    const done = (end: ProgramEnd) => {
      terminate.removeEventListener('abort', onTerminate)
      kill?.removeEventListener('abort', onKill)
      resolve(end)
    }
    child.once('error', error => done({ code: null, signal: null, startError: messageOf(error) }))
    child.once('close', (code, name) => done({ code, signal: name }))
  })
}

function signalTo(child: ChildProcess, group: boolean, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    process.kill(group ? -child.pid : child.pid, name)
  } catch (error) {
    // It ended between the look and the signal: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
