import { toolPath, versionOf } from '../../scripts/tools.mjs'

/** Helm, and the version that it says it has. Throws when it is not installed. */
export function helm() {
  const path = toolPath('helm')
  return { path, version: `v${versionOf(path)}` }
}
