import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tools.mjs'

/** What the registry knows against the installed versions; undefined where it keeps no such list, or is out of reach. */
function knownVulnerabilities(...flags) {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...flags], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  try {
    return JSON.parse(stdout).vulnerabilities
  } catch {
    return undefined
  }
}

/** Packages of the lock file whose bytes nothing pins: without a version or a digest, or from outside the registry. */
export function unpinned(lock) {
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder !== '' && !entry.link && !entry.inBundle && !entry.optional)
    .filter(([, { version, integrity }]) => version === undefined || !integrity?.startsWith('sha512-'))
    .map(([folder]) => folder)
}

function main() {
  const loose = unpinned(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  for (const folder of loose) process.stdout.write(`${folder}: package-lock.json pins no sha512 of it\n`)
  let known = 0
  for (const [title, flags] of [
    ['shipped', ['--omit=dev']],
    ['all', []],
  ]) {
    const found = knownVulnerabilities(...flags)
    if (found === undefined) {
      process.stdout.write(`${title}: not known, for this registry keeps no advisories; ask one that does\n`)
      continue
    }
    const names = Object.values(found).map(({ name, severity, range }) => `${name} ${range} (${severity})`)
    known += names.length
    process.stdout.write(`${title}: ${names.length === 0 ? 'nothing known' : names.join(', ')}\n`)
  }
  return loose.length + known === 0 ? 0 : 1
}

if (process.argv[1] === import.meta.filename) process.exitCode = main()
