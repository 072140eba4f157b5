import { execFileSync } from 'node:child_process'
import { createHash, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import { boxKeys, open, seal } from './sealed-box.js'

interface KeyFile {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly salt: string
  readonly data: string
}

/** The least that restic accepts: it derives the key in microseconds. */
const cheap = { N: 2, r: 1, p: 1 }

/**
 * Makes a real, local restic repository whose password is weakly guarded, and gives its id: restic opens it in some
 * 30 ms instead of most of a second, so faults can be tried by the thousand. Never for data that matters.
 */
export function cheapRepository(folder: string, password: string): string {
  const env = { RESTIC_PASSWORD: password, HOME: folder }
  mkdirSync(folder, { recursive: true })
  const text = execFileSync(toolPath('restic'), ['-r', folder, 'init', '--json', '--no-cache'], {
    env,
    encoding: 'utf8',
  })
  cheapenKeys(folder, password)
  return (JSON.parse(text) as { id: string }).id
}

/** Replaces every key of a local repository by a cheap one of the same password. Throws for another password. */
export function cheapenKeys(folder: string, password: string): void {
  const keys = join(folder, 'keys')
  for (const name of readdirSync(keys)) {
    const text = cheapened(JSON.parse(readFileSync(join(keys, name), 'utf8')) as KeyFile, password)
    const hash = createHash('sha256').update(text).digest('hex')
    writeFileSync(join(keys, hash), text, { mode: 0o400 })
    rmSync(join(keys, name))
  }
}

function cheapened(key: KeyFile, password: string): string {
  const master = open(derive(password, Buffer.from(key.salt, 'base64'), key), Buffer.from(key.data, 'base64'))
  const salt = randomBytes(64)
  const data = seal(derive(password, salt, cheap), master)
  return JSON.stringify({ ...key, ...cheap, salt: salt.toString('base64'), data: data.toString('base64') })
}

const derive = (password: string, salt: Buffer, { N, r, p }: Pick<KeyFile, 'N' | 'r' | 'p'>) =>
  boxKeys(scryptSync(password, salt, 64, { N, r, p, maxmem: 1024 * 1024 * 1024 }))
