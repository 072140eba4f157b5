import { join } from 'node:path'
import type { FileChange } from '../constructs/synth/file-changes.js'
import { SynthesisError } from '../constructs/synth/synthesis-error.js'
import { compareFiles, writeFiles } from '../constructs/synth/write-files.js'
import type { Terminal } from './display/terminal.js'
import { policyFiles } from './synth/policy-files.js'
import { UserError } from './user-error.js'

export interface SynthOptions {
  readonly output: string
  readonly check?: boolean
  readonly layout?: 'charts' | 'namespaces'
  readonly teamLabel?: string
}

/** More changes than these are counted instead of named. */
const mostLines = 40

/**
 * Runs a cdk8s app and makes the output folder’s YAML what it wrote; with `check` only compares.
 * Throws UserError, and changes nothing, when the app has problems, something foreign is in the way or, with `check`,
 * a file differs.
 */
export async function synth(
  file: string,
  options: SynthOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { output, layout, teamLabel } = options
  const chosen = {
    ...(layout === undefined ? {} : { layout }),
    ...(teamLabel === undefined ? {} : { team: teamLabel }),
  }
  const { files, output: said, warnings } = await policyFiles(file, output, chosen, signal)
  if (said !== '') terminal.output.write(said)
  for (const warning of warnings) terminal.note(warning)
  const changes = explained(() => (options.check === true ? compareFiles(output, files) : writeFiles(output, files)))
  if (options.check === true) refuseChanges(changes, output)
  for (const change of changes.slice(0, mostLines)) terminal.done(place(change, output), change.change)
  if (changes.length > mostLines) terminal.done(`and ${changes.length - mostLines} more`)
  const count = files.filter(({ base }) => base === 'output').length
  terminal.done(
    `${output}: ${count} ${count === 1 ? 'file' : 'files'}`,
    changes.length === 0 ? 'nothing to change' : '',
  )
}

function explained<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SynthesisError)) throw error
    throw new UserError(`nothing was written\n${error.complaints.map(({ message }) => `  ${message}`).join('\n')}`)
  }
}

function refuseChanges(changes: readonly FileChange[], folder: string): void {
  if (changes.length === 0) return
  const lines = changes.map(change => `  ${place(change, folder)}: would be ${change.change}`)
  throw new UserError(
    `${folder} is not what the app writes; run holdfast synth and commit the result\n${lines.join('\n')}`,
  )
}

function place({ base, path }: FileChange, folder: string): string {
  return base === 'project' ? path : join(folder, path)
}
