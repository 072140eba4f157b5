import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { UserError } from '../user-error.js'

const oldestRestic = [0, 17, 1]

/** A program of this machine. */
export interface Program {
  readonly path: string
  readonly version: string
}

/** The restic of PATH. Throws UserError when there is none, or one older than 0.17.1. */
export function findRestic(env: NodeJS.ProcessEnv): Program {
  const path = onPath('restic', env)
  const how =
    'Install it first: https://restic.readthedocs.io/en/stable/020_installation.html (apt install restic, brew install restic).'
  if (path === undefined)
    throw new UserError(`restic is not on PATH; a trial runs the real one, 0.17.1 or newer. ${how}`)
  const version = /restic ([0-9.]+)/.exec(spawnSync(path, ['version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? ''
  if (isOlder(version))
    throw new UserError(`${path} is version ${version || 'unknown'}; a trial needs 0.17.1 or newer. ${how}`)
  return { path, version }
}

/** Where PATH has a program, if it does. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  return folders.map(folder => join(folder, name)).find(path => existsSync(path) && statSync(path).isFile())
}

/**
 * A path under which every user of this machine can run a program. Pods run as a user of their own, who may not be let
 * into the home folder that Node or this package lies in; then a copy is put into `folder`.
 */
export function forEveryUser(path: string, folder: string): string {
  if (isOpen(path)) return path
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const copy = join(folder, basename(path))
  copyFileSync(path, copy)
  chmodSync(copy, 0o755)
  return copy
}

function isOpen(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return (statSync(path).mode & 0o004) !== 0
  }
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of oldestRestic.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part < least
  }
  return false
}
