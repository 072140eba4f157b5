import { mkdirSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exitCodes, UserError } from '../user-error.js'

/**
 * Replaces a file by rename, so that a reader never sees half of it and an interrupted run leaves the old one; behind a
 * link, the file that it names. What is no file, such as a pipe, is written to. Throws UserError that names the file.
 */
export function replaceFile(file: string, text: string): void {
  requireFile(file)
  try {
    const known = statOf(file)
    if (known === undefined) mkdirSync(dirname(file), { recursive: true })
    if (known?.isFile() === false) writeFileSync(file, text)
    else rename(known === undefined ? file : realpathSync(file), text)
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** Throws UserError where a folder stands, before any work is done. */
export function requireFile(file: string): void {
  if (statOf(file)?.isDirectory() !== true) return
  throw new UserError(`--output ${file} is a folder; name a file in it, such as ${file}/report.html`, exitCodes.usage)
}

function rename(file: string, text: string): void {
  const fresh = `${file}.${process.pid}`
  try {
    writeFileSync(fresh, text)
    renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw unwritable(file, error)
  }
}

function unwritable(file: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return new UserError(`--output ${file}: cannot be written (${message})`, exitCodes.usage)
}
