import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './tools.mjs'

/** Where the pinned schemas lie. */
export const kubernetesSchemas = join(root, 'test/fixtures/kubernetes')

/** The kinds that Holdfast writes, or whose shape its tests rely on, by the API that serves them. */
const served = {
  'api/v1': [
    'ConfigMap',
    'LimitRange',
    'Namespace',
    'PersistentVolumeClaim',
    'ResourceQuota',
    'Service',
    'ServiceAccount',
  ],
  'apis/admissionregistration.k8s.io/v1': ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
  'apis/apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'apis/apps/v1': ['Deployment', 'StatefulSet'],
  'apis/batch/v1': ['CronJob', 'Job'],
  'apis/networking.k8s.io/v1': ['NetworkPolicy'],
  'apis/policy/v1': ['PodDisruptionBudget'],
  'apis/rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
} // prettier-ignore

const reference = '#/components/schemas/'

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A schema without prose and extensions, closed against fields that it does not know, so that a typing error is seen. */
function stripped(schema, inFields = false) {
  if (Array.isArray(schema)) return schema.map(item => stripped(item))
  if (!isObject(schema)) return schema
  const kept = Object.entries(schema)
    .filter(([key]) => inFields || !(key === 'description' || key === 'default' || key.startsWith('x-kubernetes-')))
    .map(([key, value]) => [
      key,
      // A CustomResourceDefinition has a field of that name.
      typeof value === 'string' && key === '$ref'
        ? value.replace(reference, '#/definitions/')
        : stripped(value, key === 'properties' && !inFields),
    ])
  const made = Object.fromEntries(kept.sort(([left], [right]) => (left < right ? -1 : 1)))
  return !inFields && isObject(made.properties) ? { additionalProperties: false, ...made } : made
}

function referencesIn(value, found = new Set()) {
  for (const [key, child] of Object.entries(value)) {
    if (key === '$ref' && typeof child === 'string') found.add(child.slice('#/definitions/'.length))
    else if (typeof child === 'object' && child !== null) referencesIn(child, found)
  }
  return found
}

function addReachable(name, all, definitions) {
  if (name in definitions) return
  definitions[name] = stripped(all[name])
  for (const next of referencesIn(definitions[name])) addReachable(next, all, definitions)
}

const isOf = (schema, group, version, kind) =>
  (schema['x-kubernetes-group-version-kind'] ?? []).some(
    each => each.group === group && each.version === version && each.kind === kind,
  )

/**
 * Schemas of the API server that KUBECONFIG names, by path: one file of definitions, and a small file per kind where
 * kubeconform looks for it. Throws when kubectl cannot ask, or a kind is not served.
 */
export function readKubernetesSchemas() {
  const definitions = {}
  const files = new Map()
  for (const [path, kinds] of Object.entries(served)) {
    const raw = execFileSync('kubectl', ['get', '--raw', `/openapi/v3/${path}`], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    })
    const { schemas } = JSON.parse(raw).components
    const [, group = '', version] = /^apis?\/(?:(.*)\/)?(v.*)$/.exec(path) ?? []
    for (const kind of kinds) {
      const name = Object.keys(schemas).find(each => isOf(schemas[each], group, version, kind))
      if (name === undefined)
        throw new Error(`${path} has no schema of ${kind}; is the API server as new as the tests expect?`)
      addReachable(name, schemas, definitions)
      const file = `${group === '' ? version : group}/${kind.toLowerCase()}_${version}.json`
      files.set(file, { $ref: `../definitions.json#/definitions/${name}` })
    }
  }
  const sorted = Object.fromEntries(Object.entries(definitions).sort(([left], [right]) => (left < right ? -1 : 1)))
  files.set('definitions.json', { definitions: sorted })
  return new Map([...files].map(([file, schema]) => [file, `${JSON.stringify(schema, null, 1)}\n`]))
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  rmSync(kubernetesSchemas, { recursive: true, force: true })
  for (const [file, text] of readKubernetesSchemas()) {
    mkdirSync(dirname(join(kubernetesSchemas, file)), { recursive: true })
    writeFileSync(join(kubernetesSchemas, file), text)
  }
}
