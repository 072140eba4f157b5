import { type GeneratedFile, yamlFile } from './generated-file.js'
import { isDefinition, systemObjects } from './system-objects.js'

/** Plain YAML for kubectl: the definitions by themselves, because nothing can be of a kind that is still to be defined. */
export function installFiles(): GeneratedFile[] {
  const objects = systemObjects()
  return [
    yamlFile('install/crds.yaml', objects.filter(isDefinition)),
    yamlFile(
      'install/holdfast.yaml',
      objects.filter(object => !isDefinition(object)),
    ),
  ]
}
