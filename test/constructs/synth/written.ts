import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from 'cdk8s'
import { filesOf } from '../../../constructs/synth/synthesis.js'

/** An empty folder, removed when the work is done. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-synth-test-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every file below a folder, by relative path; hidden folders too. */
export function textsIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const texts: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    texts[path.slice(folder.length + 1)] = readFileSync(path, 'utf8')
  }
  return texts
}

/** What cdk8s’ own `app.synth()` writes. */
export function writtenByCdk8s(make: (outdir: string) => App): Record<string, string> {
  return inTemporaryFolder(folder => {
    make(folder).synth()
    return textsIn(folder)
  })
}

/** What we would write for the same app. */
export function writtenByUs(make: (outdir: string) => App): Record<string, string> {
  const files = filesOf(make('unused'))
  return Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]))
}
