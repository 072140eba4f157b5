import { emitYaml } from '../lib/yaml/emit.js'
import { definitions } from './trial/cast.js'

/** The CustomResourceDefinitions as one YAML text. */
export function definitionsYaml(): string {
  return definitions().map(emitYaml).join('---\n')
}
