import { createHash, randomBytes } from 'node:crypto'
import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { moverUser } from '../../lib/api/group.js'
import type { ReadAs } from '../../lib/api/mover.js'

/** Path relative to a folder → digest of mode and content. */
export type Fingerprints = ReadonlyMap<string, string>

/** What was done to a volume on purpose. */
export interface Damage {
  readonly deleted: string
  readonly corrupted: string
}

const months = Array.from(
  { length: 24 },
  (_, index) => `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
)
const deleted = 'orders/2026-03.csv'
const corrupted = 'pictures/harbour.raw'

/** Fills a folder with a small shop’s files, owned by whom the movers run as, and counts them. */
export function writeSampleFiles(folder: string, readAs: ReadAs | undefined): number {
  const contents = new Map<string, string | Buffer>(months.map(month => [`orders/${month}.csv`, orders(month)]))
  for (const name of ['harbour', 'rope', 'anchor']) contents.set(`pictures/${name}.raw`, randomBytes(48 * 1024))
  contents.set('settings.json', `${JSON.stringify({ shop: 'Holdfast & Sons', currency: 'EUR' }, undefined, 2)}\n`)
  contents.set('notes/Überblick – März.txt', 'Names in any language come back as they were.\n')
  contents.set('notes/empty.log', '')
  for (const [name, content] of contents) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(path, content, { mode: 0o644 })
  }
  giveTo(folder, readAs)
  return contents.size
}

/** Loses one file and spoils another. */
export function damage(folder: string): Damage {
  rmSync(join(folder, deleted))
  const path = join(folder, corrupted)
  const { uid, gid } = statSync(path)
  writeFileSync(path, 'not what it was\n')
  if (process.getuid?.() === 0) chownSync(path, uid, gid)
  return { deleted, corrupted }
}

/** A fingerprint of every file below a folder: SHA-256 of its content, and its mode. */
export function fingerprints(folder: string): Fingerprints {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter(name => lstatSync(join(folder, name)).isFile())
  return new Map(files.map(name => [name, fingerprint(join(folder, name))]))
}

/** Names whose fingerprints differ between the two, or that only one of them has. */
export function differences(before: Fingerprints, after: Fingerprints): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter(name => before.get(name) !== after.get(name)).sort()
}

function fingerprint(path: string): string {
  const mode = (statSync(path).mode & 0o7777).toString(8)
  return `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
}

function orders(month: string): string {
  const rows = Array.from(
    { length: 40 },
    (_, index) =>
      `${month}-${String((index % 28) + 1).padStart(2, '0')},${month}/${index + 1},${((index * 7919) % 9000) / 100 + 5}`,
  )
  return `date,order,amount\n${rows.join('\n')}\n`
}

// Only root can; for everybody else the movers run as the same user anyway.
function giveTo(folder: string, readAs: ReadAs | undefined): void {
  if (process.getuid?.() !== 0) return
  const { user = moverUser, group = moverUser } = readAs ?? {}
  chownSync(folder, user, group)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), user, group)
}
