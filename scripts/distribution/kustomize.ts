import { defaultImage } from '../../constructs/image.js'
import { describeManifest, type ManifestObject } from '../../lib/fleet/manifest.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { type GeneratedFile, yamlFile } from './generated-file.js'
import { changeBetween } from './merge-patch.js'
import { componentOf, isDefinition, systemNamespace, systemObjects } from './system-objects.js'

/** What the example overlay changes; a test holds it to `new Holdfast(…)` with the same properties. */
export const exampleProps = {
  namespace: 'backup-system',
  image: 'registry.example.com/mirror/holdfast:0.1.0-1',
  replicas: 2,
  clusterName: 'production',
  pushgateway: { url: 'http://pushgateway.monitoring.svc:9091' },
} as const

/** The base in three parts, a component, and an overlay that shows how to change what people change. */
export function kustomizeFiles(): GeneratedFile[] {
  const objects = systemObjects()
  const system = objects.filter(isPlaced)
  return [
    kustomization('', { resources: ['crds', 'cluster', 'system'] }),
    ...part('crds', objects.filter(isDefinition)),
    ...part(
      'cluster',
      objects.filter(object => !isDefinition(object) && !isPlaced(object)),
    ),
    ...part('system', system, { configurations: ['fields.yaml'] }),
    { path: 'kustomize/system/fields.yaml', text: `${fieldsComment}${emitYaml(fields)}` },
    withoutPushgateway(system),
    ...twoControllers(system),
    ...exampleOverlay(system),
  ]
}

function part(name: string, objects: readonly ManifestObject[], more = {}): GeneratedFile[] {
  const file = `${name}.yaml`
  return [kustomization(name, { resources: [file], ...more }), yamlFile(`kustomize/${name}/${file}`, objects)]
}

function kustomization(folder: string, fields: object, kind = 'Kustomization', comment = ''): GeneratedFile {
  const apiVersion = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`
  const path = ['kustomize', folder, 'kustomization.yaml'].filter(name => name !== '').join('/')
  return { path, text: comment + emitYaml({ apiVersion, kind, ...fields }) }
}

const fieldsComment = '# Overlays inherit this: where else an image and the namespace stand.\n'
const fields = {
  images: [{ path: 'spec/template/spec/containers[]/env[]/value', kind: 'Deployment' }],
  namespace: [{ path: 'metadata/labels/kubernetes.io\\/metadata.name', kind: 'Namespace' }],
}

/** Lies in the system’s namespace, or names it. kustomize gives a namespace to every kind that it does not know. */
const isPlaced = (object: ManifestObject) => !isDefinition(object) && JSON.stringify(object).includes(systemNamespace)
const isPushgateway = (object: ManifestObject) => componentOf(object) === 'pushgateway'

function withoutPushgateway(system: readonly ManifestObject[]): GeneratedFile {
  const patches = system.filter(isPushgateway).map(({ apiVersion, kind, metadata: { name } }) => ({
    target: { kind, name },
    patch: emitYaml({ $patch: 'delete', apiVersion, kind, metadata: { name } }),
  }))
  const url = argumentPatch(system, 'pushgateway-url', '')
  const comment = '# Leaves out the Pushgateway; metrics are pushed nowhere until a patch says where.\n'
  return kustomization('components/no-pushgateway', { patches: [...patches, url] }, 'Component', comment)
}

/** What `replicas: 2` changes beside the number. */
function twoControllers(system: readonly ManifestObject[]): GeneratedFile[] {
  const folder = 'components/two-controllers'
  const one = new Map(system.map(object => [describeManifest(object), object]))
  const two = systemObjects({ replicas: 2 }).filter(isPlaced)
  const added = two.filter(object => !one.has(describeManifest(object)))
  const patches = two.flatMap(object => {
    const change = changeBetween(one.get(describeManifest(object)) ?? object, object)
    if (change === undefined) return []
    const {
      apiVersion,
      kind,
      metadata: { name },
    } = object
    return [{ target: { kind, name }, patch: emitYaml({ apiVersion, kind, metadata: { name }, ...change }) }]
  })
  const comment = '# A second controller that waits: one leads, and no drain of nodes takes both at once.\n'
  return [
    kustomization(folder, { resources: ['added.yaml'], patches }, 'Component', comment),
    yamlFile(`kustomize/${folder}/added.yaml`, added),
  ]
}

/** A patch of one option of the controller; kustomize refuses it when the option stands elsewhere by now. */
function argumentPatch(system: readonly ManifestObject[], option: string, value: string, before?: string) {
  const { index, text } = controllerArgument(system, option)
  const path = `/spec/template/spec/containers/0/args/${index}`
  const operations = [
    { op: 'test', path, value: before === undefined ? text : `--${option}=${before}` },
    { op: 'replace', path, value: `--${option}=${value}` },
  ]
  return { target: { kind: 'Deployment', name: 'holdfast-controller' }, patch: emitYaml(operations) }
}

function controllerArgument(system: readonly ManifestObject[], option: string) {
  const deployment = system.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'holdfast-controller',
  )
  const spec = deployment?.['spec'] as { template: { spec: { containers: { args: string[] }[] } } } | undefined
  const args = spec?.template.spec.containers[0]?.args ?? []
  const index = args.findIndex(arg => arg.startsWith(`--${option}=`))
  const text = args[index]
  if (text === undefined) throw new Error(`the controller has no option --${option}`)
  return { index, text }
}

const separate =
  '# kustomize would give a namespace to objects that have none: what sets one is a kustomization of its own.\n'

function exampleOverlay(system: readonly ManifestObject[]): GeneratedFile[] {
  const { namespace, image, clusterName, pushgateway } = exampleProps
  const [name, tag] = lastColon(image)
  return [
    kustomization(
      'overlays/example',
      { resources: ['../../crds', '../../cluster', 'system'] },
      'Kustomization',
      separate,
    ),
    kustomization('overlays/example/system', {
      namespace,
      resources: ['../../../system'],
      components: ['../../../components/two-controllers', '../../../components/no-pushgateway'],
      images: [{ name: lastColon(defaultImage)[0], newName: name, newTag: tag }],
      patches: [
        argumentPatch(system, 'cluster-name', clusterName),
        argumentPatch(system, 'pushgateway-url', pushgateway.url, ''),
      ],
    }),
  ]
}

function lastColon(image: string): [string, string] {
  const at = image.lastIndexOf(':')
  return [image.slice(0, at), image.slice(at + 1)]
}
