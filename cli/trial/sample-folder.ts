import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { targetMountPath, targetPaths } from '../../lib/variables.js'
import type { ConfigurationObject } from '../../runtime/controller/objects.js'

/** Where in a claim’s folder the first path that a configuration backs up lies; it is made. */
export function sampleFolder(claimFolder: string, { spec }: ConfigurationObject): string {
  const [mount] = spec.target.volumeMounts ?? []
  const [first = ''] = targetPaths(spec.target)
  const folder = join(claimFolder, mount?.subPath ?? '', relative(targetMountPath(spec.target), first))
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const path of targetPaths(spec.target).slice(1)) {
    mkdirSync(join(claimFolder, mount?.subPath ?? '', relative(targetMountPath(spec.target), path)), {
      recursive: true,
      mode: 0o755,
    })
  }
  return folder
}
