import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exitCodes, UserError } from '../user-error.js'

/**
 * Arguments for node that run a policy: TypeScript through the tsx of the policy’s own project, or by Node itself where
 * it can (22.18 or newer). Throws UserError for a file that is absent or that this Node cannot run.
 */
export function nodeArguments(file: string): string[] {
  const path = resolve(file)
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new UserError(
      `${file}: there is no such file; name the TypeScript or JavaScript file of your policy`,
      exitCodes.usage,
    )
  }
  const extension = extname(path)
  if (['.js', '.mjs', '.cjs'].includes(extension)) return [path]
  if (!['.ts', '.mts', '.cts'].includes(extension)) {
    throw new UserError(`${file}: a policy is a .ts, .mts, .js or .mjs file; got '${extension}'`, exitCodes.usage)
  }
  const loader = tsxFor(path)
  if (loader !== undefined) return ['--import', loader, path]
  // Absent from the types of Node 20: true or 'strip' where Node runs TypeScript itself.
  if ('typescript' in process.features && process.features['typescript']) return [path]
  throw new UserError(
    `${file}: Node ${process.versions.node} does not run TypeScript by itself. Add tsx to the project (npm install --save-dev tsx), or use Node 22.18 or newer.`,
  )
}

function tsxFor(path: string): string | undefined {
  try {
    return pathToFileURL(createRequire(path).resolve('tsx')).href
  } catch (error) {
    // Not installed in the project: not an error by itself.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
