import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordingsFolder } from './recording.js'
import { Studio } from './situations.js'

// `npx tsx test/simulation/restic/record.ts` records anew what the recorded restic says.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-studio-'))
try {
  const recordings = await new Studio(folder).recordAll()
  for (const name of readdirSync(recordingsFolder)) rmSync(join(recordingsFolder, name))
  for (const [name, recording] of recordings) {
    writeFileSync(join(recordingsFolder, `${name}.json`), `${JSON.stringify(recording, undefined, 2)}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
