import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { describeManifest } from '../../lib/fleet/manifest.js'
import { distributionFiles, distributionFolders } from '../../scripts/distribution/distribution.js'
import { writeFolders } from '../../scripts/distribution/generated-file.js'
import { toolPath } from '../../scripts/tools.mjs'

/** The generated distribution in a folder of its own, and the tools that people render it with. */
export class WrittenDistribution {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-distribution-'))

  constructor() {
    writeFolders(this.folder, distributionFolders, distributionFiles())
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  /** What `kubectl kustomize` builds of a folder. */
  kustomize(folder: string): ManifestObject[] {
    return objectsIn(execFileSync(toolPath('kubectl'), ['kustomize', this.path(folder)], { encoding: 'utf8' }))
  }

  /** What `helm template` gives for values that a user writes. Throws with what Helm says. */
  chart(name: string, values: object = {}, namespace = 'holdfast-system'): ManifestObject[] {
    const file = this.path('given.json')
    writeFileSync(file, JSON.stringify(values))
    return objectsIn(this.helm('template', 'release', this.path('chart', name), '-f', file, '-n', namespace))
  }

  /** Runs helm with no cluster and no settings of this machine. Throws with what it says. */
  helm(...args: readonly string[]): string {
    const homes = ['HELM_CACHE_HOME', 'HELM_CONFIG_HOME', 'HELM_DATA_HOME']
    const env = { ...Object.fromEntries(homes.map(name => [name, this.path('helm')])), KUBECONFIG: this.path('none') }
    return execFileSync(toolPath('helm'), args, { encoding: 'utf8', env, stdio: 'pipe' })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The objects of a YAML stream, read as Kubernetes does. */
export function objectsIn(text: string): ManifestObject[] {
  const objects = parseAllDocuments(text, { version: '1.1' }).map(document => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]))
    return document.toJS() as ManifestObject | null
  })
  return objects.filter(object => object !== null)
}

/** Objects in an order that does not depend on who wrote them. */
export const sorted = (objects: readonly ManifestObject[]): ManifestObject[] =>
  [...objects].sort((a, b) => (describeManifest(a) < describeManifest(b) ? -1 : 1))
