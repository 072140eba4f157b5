import { labels } from '../lib/api/group.js'
import { version } from '../lib/version.js'
import { emitYaml } from '../lib/yaml/emit.js'
import type { KubeObject } from '../runtime/kube/object.js'
import { definitions } from './trial/cast.js'

/** The CustomResourceDefinitions as one YAML text. */
export function definitionsYaml(): string {
  return definitions().map(labelled).map(emitYaml).join('---\n')
}

// `holdfast version --check` tells an older definition from a newer one by it.
const labelled = (definition: KubeObject): KubeObject => ({
  ...definition,
  metadata: { ...definition.metadata, labels: { [labels.version]: version } },
})
