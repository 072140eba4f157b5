import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { isRecord } from '../../lib/restic/json-lines.js'
import { ignoredSnapshot, listingFailed, type Snapshot, snapshotList } from '../../lib/restic/messages.js'
import { redactor } from '../../lib/restic/redaction.js'
import { printable } from '../display/printable.js'
import type { Terminal } from '../display/terminal.js'
import { UserError } from '../user-error.js'

const run = promisify(execFile)
const most = 2 ** 28

/**
 * The snapshots of a repository: from a file with the output of `restic snapshots --json`, from standard input (`-`),
 * or from restic itself, which finds repository and password in the person’s own RESTIC_* environment. Throws UserError.
 */
export async function readSnapshots(
  source: { readonly file: string } | 'live',
  errors: Terminal,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const [name, content] =
    source === 'live' ? ['restic', await listed(errors, signal)] : [source.file, await contentOf(source.file)]
  const document = parsed(name, content)
  const snapshots = snapshotList(document)
  if (snapshots === undefined) {
    throw new UserError(`${name} ${faultOf(document)}; expected the output of: restic snapshots --json`)
  }
  return snapshots
}

const shown = 200

function faultOf(document: unknown): string {
  if (!Array.isArray(document)) return 'holds no list of snapshots'
  const index = document.findIndex(each => snapshotList([each]) === undefined)
  const entry = printable(JSON.stringify(document[index]).slice(0, shown))
  return `holds something else than snapshots: entry ${index + 1} of ${document.length} has no id, time, hostname and paths that can be read: ${entry}`
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed(name: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError(`${name} is not JSON (${error.message}); expected the output of: restic snapshots --json`)
  }
}

async function listed(errors: Terminal, signal: AbortSignal): Promise<string> {
  const clean = redactor([])
  try {
    const listing = run('restic', ['snapshots', '--json', '--no-lock'], { env: process.env, maxBuffer: most, signal })
    // Without a password restic would wait for one to be typed.
    listing.child.stdin?.end()
    const { stdout, stderr } = await listing
    const lines = stderr.split('\n')
    // restic ends with 0 and an empty list when the store did not let it look.
    const failed = lines.find(listingFailed)
    if (failed !== undefined) throw new UserError(`restic could not list the snapshots: ${clean(failed)}`)
    for (const line of lines) {
      if (ignoredSnapshot(line) !== undefined) errors.note(`restic left a snapshot out: ${clean(line)}`)
    }
    return stdout
  } catch (error) {
    if (error instanceof UserError || signal.aborted) throw error
    throw new UserError(`restic snapshots failed: ${clean(reasonOf(error))}`)
  }
}

function reasonOf(error: unknown): string {
  if (!isRecord(error)) return String(error)
  if (error['code'] === 'ENOENT') return 'restic is not on PATH'
  const words = String(error['stderr'] ?? '').trim()
  return words === '' ? String(error['message']) : words
}
