import { stringify } from 'yaml'
import { definitions } from './trial/cast.js'

/** The CustomResourceDefinitions as one YAML text. */
export function definitionsYaml(): string {
  return definitions()
    .map(definition => stringify(definition, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n')
}
