import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bin, run } from './step.mjs'
import { root } from './tools.mjs'

// A file whose source is gone would still be published.
for (const folder of ['build/lib', 'build/constructs', 'build/testing', 'build/bundle']) {
  rmSync(join(root, folder), { recursive: true, force: true })
}
process.exitCode =
  (await run(bin('tsc'), ['-p', 'tsconfig.build.json'])) ||
  (await run(process.execPath, [join(root, 'scripts/bundle.mjs')]))
