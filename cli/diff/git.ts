import { type ChildProcess, spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'
import { UserError } from '../user-error.js'

/** What git wrote to its standard output, and whether it succeeded. */
export interface GitAnswer {
  readonly ok: boolean
  readonly output: Buffer
  /** What git says is wrong, in one line. */
  readonly reason: string
}

/**
 * Runs git in the present folder, with `input` as its standard input. Throws UserError when there is no git.
 * Nothing that git is asked here changes the repository or its work tree.
 */
export async function askGit(args: readonly string[], signal: AbortSignal, input = ''): Promise<GitAnswer> {
  const child = spawn('git', [...args], {
    signal,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Messages are for us to read; and looking at a status must not write the index.
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  })
  // git may end before it has read everything; its exit code says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [output, errors, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended(child)])
  const [line = ''] = errors.split('\n')
  return { ok: code === 0, output, reason: line.replace(/^(fatal|error): /, '') }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      fail(
        error.code === 'ENOENT' ? new UserError('git is not on PATH; without it only folders can be compared') : error,
      )
    })
    child.once('close', done)
  })
}
