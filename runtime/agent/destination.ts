import { accessSync, constants, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { messageOf, StepFailure } from './failure.js'

/** A folder that data goes into: absolute, without symbolic links, inside the mounted volume. */
export interface Destination {
  readonly folder: string
  /** No entry but `lost+found`. */
  readonly empty: boolean
}

/**
 * Finds the folder for restored data and makes sure of it, without changing anything.
 * Throws TargetOutsideVolume, PathNotDirectory or TargetNotWritable.
 */
export function findDestination(mountPath: string, destination: string, relative: string): Destination {
  if (`${destination}/${relative}`.split('/').includes('..')) {
    throw new StepFailure('TargetOutsideVolume', `${join(destination, relative)}: a destination has no '..' in it`)
  }
  const root = realOf(mountPath, `the volume is not mounted at ${mountPath}`)
  const wanted = resolve(destination, relative)
  const existing = nearestExisting(wanted)
  const real = realOf(existing, `${existing} cannot be resolved`)
  const folder = join(real, wanted.slice(existing.length))
  if (!isInside(root, folder)) {
    const by = folder === wanted ? '' : ` (it leads to ${folder})`
    throw new StepFailure('TargetOutsideVolume', `${wanted}${by} is not inside the volume at ${mountPath}`)
  }
  if (!statSync(real).isDirectory()) throw new StepFailure('PathNotDirectory', `${existing} is a file, not a folder`)
  requireWritable(real)
  return { folder, empty: real === folder ? isEmpty(real) : true }
}

/** Makes the folder, where it is not there yet. */
export function makeDestination({ folder }: Destination): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new StepFailure('TargetNotWritable', `${folder} cannot be made: ${messageOf(error)}`)
  }
}

const isInside = (root: string, folder: string) =>
  folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep)

// A dangling link counts as existing: what it points to must not be made.
function nearestExisting(path: string): string {
  let folder = path
  while (lstatSync(folder, { throwIfNoEntry: false }) === undefined && dirname(folder) !== folder)
    folder = dirname(folder)
  return folder
}

function realOf(path: string, problem: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw new StepFailure('TargetOutsideVolume', `${problem}: ${messageOf(error)}`)
  }
}

function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const user = process.getuid?.() ?? 'this user'
    const message = `user ${user} may not write into ${folder} (${messageOf(error)}); set readAs to its owner or group`
    throw new StepFailure('TargetNotWritable', message)
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).every(name => name === 'lost+found')
  } catch (error) {
    throw new StepFailure('TargetNotWritable', `${folder} cannot be listed: ${messageOf(error)}`)
  }
}
