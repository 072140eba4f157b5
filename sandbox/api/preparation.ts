import type { Cause } from './api-error.js'
import { type Fields, fieldsOf, isFields, type KubeObject, same } from './object.js'
import { withPodDefaults } from './pod-default.js'

/** What Kubernetes does to an object of a built-in kind before it is stored: defaults, and rules the sandbox checks. */
interface Preparation {
  create?(object: KubeObject): void
  write?(object: KubeObject): void
  check?(object: KubeObject, old: KubeObject | undefined): Cause[]
}

const preparations: Record<string, Preparation> = {
  pods: {
    create: object => {
      object['status'] = { phase: 'Pending' }
      object['spec'] = withPodDefaults(fieldsOf(object, 'spec'))
    },
    check: (object, old) => [...podCauses(fieldsOf(object, 'spec'), 'spec'), ...podUpdateCauses(object, old)],
  },
  'jobs.batch': { create: createJob, check: jobCauses },
  'cronjobs.batch': { write: writeCronJob, check: cronJobCauses },
  secrets: { write: writeSecret },
  persistentvolumeclaims: { create: createClaim, check: claimCauses },
  namespaces: { create: createNamespace },
  'deployments.apps': { create: createDeployment },
  'customresourcedefinitions.apiextensions.k8s.io': { check: definitionCauses },
}

/** Fills `object` in place, before it is stored for the first time (`old` undefined) or again. */
export function prepare(resource: string, object: KubeObject, old: KubeObject | undefined): void {
  const preparation = preparations[resource]
  if (old === undefined) preparation?.create?.(object)
  preparation?.write?.(object)
}

export function checkBuiltIn(resource: string, object: KubeObject, old: KubeObject | undefined): Cause[] {
  return preparations[resource]?.check?.(object, old) ?? []
}

function required(field: string, hint = ''): Cause {
  return { reason: 'FieldValueRequired', message: hint === '' ? 'Required value' : `Required value: ${hint}`, field }
}

function rejected(field: string, received: unknown, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(received)}: ${why}`, field }
}

function immutable(field: string, before: unknown, after: unknown): Cause[] {
  return same(before, after) ? [] : [rejected(field, after, 'field is immutable')]
}

function podCauses(spec: Fields, path: string): Cause[] {
  const causes: Cause[] = []
  const list = (key: string): Fields[] => (Array.isArray(spec[key]) ? spec[key].filter(isFields) : [])
  if (list('containers').length === 0) causes.push(required(`${path}.containers`))
  const volumes = new Set(list('volumes').map(volume => volume['name']))
  for (const key of ['initContainers', 'containers']) {
    for (const [index, container] of list(key).entries()) {
      const at = `${path}.${key}[${index}]`
      if (typeof container['name'] !== 'string') causes.push(required(`${at}.name`))
      if (typeof container['image'] !== 'string' || container['image'] === '') causes.push(required(`${at}.image`))
      const mounts = Array.isArray(container['volumeMounts']) ? container['volumeMounts'].filter(isFields) : []
      for (const [place, mount] of mounts.entries()) {
        if (volumes.has(mount['name'])) continue
        const message = `Not found: ${JSON.stringify(mount['name'])}`
        causes.push({ reason: 'FieldValueInvalid', message, field: `${at}.volumeMounts[${place}].name` })
      }
    }
  }
  return causes
}

const podMutable = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'nodeName',
  'schedulingGates',
]

function podUpdateCauses(object: KubeObject, old: KubeObject | undefined): Cause[] {
  if (old === undefined) return []
  const fixed = (of: KubeObject): Fields => {
    const spec = { ...fieldsOf(of, 'spec') }
    for (const key of podMutable) delete spec[key]
    return spec
  }
  if (same(fixed(object), fixed(old))) return []
  const message = 'Forbidden: pod updates may not change fields other than the few that are mutable'
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }]
}

function createJob(object: KubeObject): void {
  const spec = { ...fieldsOf(object, 'spec') }
  const template = { ...fieldsOf(spec, 'template') }
  const metadata = { ...fieldsOf(template, 'metadata') }
  const { name, uid } = object.metadata
  const identity = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  }
  metadata['labels'] = { ...fieldsOf(metadata, 'labels'), ...identity }
  metadata['creationTimestamp'] = null
  const strict = spec['podFailurePolicy'] !== undefined
  object['spec'] = {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: strict ? 'Failed' : 'TerminatingOrFailed',
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    ...spec,
    template: { ...template, metadata, spec: withPodDefaults(fieldsOf(template, 'spec')) },
  }
  object.metadata.labels = { ...object.metadata.labels, ...identity }
  object['status'] = {}
}

function jobCauses(object: KubeObject, old: KubeObject | undefined): Cause[] {
  const spec = fieldsOf(object, 'spec')
  if (old !== undefined) {
    const before = fieldsOf(old, 'spec')
    return ['template', 'selector', 'completions'].flatMap(key => immutable(`spec.${key}`, before[key], spec[key]))
  }
  const pod = fieldsOf(fieldsOf(spec, 'template'), 'spec')
  const causes = podCauses(pod, 'spec.template.spec')
  if (pod['restartPolicy'] !== 'Never' && pod['restartPolicy'] !== 'OnFailure') {
    const message = `Unsupported value: ${JSON.stringify(pod['restartPolicy'])}: supported values: "OnFailure", "Never"`
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'spec.template.spec.restartPolicy' })
  }
  if (object.metadata.name.length > 63) {
    causes.push(rejected('spec.template.labels', object.metadata.name, 'must be no more than 63 bytes'))
  }
  return causes
}

function writeCronJob(object: KubeObject): void {
  object['spec'] = {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    ...fieldsOf(object, 'spec'),
  }
  object['status'] ??= {}
}

function cronJobCauses(object: KubeObject): Cause[] {
  const spec = fieldsOf(object, 'spec')
  const causes = spec['schedule'] === undefined || spec['schedule'] === '' ? [required('spec.schedule')] : []
  if (object.metadata.name.length > 52) {
    causes.push(rejected('metadata.name', object.metadata.name, 'must be no more than 52 characters'))
  }
  return causes
}

function writeSecret(object: KubeObject): void {
  const clear = Object.entries(fieldsOf(object, 'stringData'))
  const encoded = clear.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
  object['type'] ??= 'Opaque'
  if (encoded.length > 0) object['data'] = { ...fieldsOf(object, 'data'), ...Object.fromEntries(encoded) }
  delete object['stringData']
}

function createClaim(object: KubeObject): void {
  object['spec'] = { volumeMode: 'Filesystem', ...fieldsOf(object, 'spec') }
  object['status'] = { phase: 'Pending' }
  const finalizers = object.metadata.finalizers ?? []
  object.metadata.finalizers = [...new Set([...finalizers, 'kubernetes.io/pvc-protection'])]
}

function claimCauses(object: KubeObject, old: KubeObject | undefined): Cause[] {
  const spec = fieldsOf(object, 'spec')
  if (old !== undefined) {
    const before = fieldsOf(old, 'spec')
    const bound = before['volumeName'] === undefined ? [] : ['volumeName', 'storageClassName']
    return ['accessModes', ...bound].flatMap(key => immutable(`spec.${key}`, before[key], spec[key]))
  }
  const modes = spec['accessModes']
  const causes =
    Array.isArray(modes) && modes.length > 0 ? [] : [required('spec.accessModes', 'at least 1 access mode is required')]
  if (fieldsOf(fieldsOf(spec, 'resources'), 'requests')['storage'] === undefined) {
    causes.push(required('spec.resources[storage]'))
  }
  return causes
}

function createNamespace(object: KubeObject): void {
  object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
  object['spec'] = { finalizers: ['kubernetes'] }
  object['status'] = { phase: 'Active' }
}

function createDeployment(object: KubeObject): void {
  const spec = fieldsOf(object, 'spec')
  const template = fieldsOf(spec, 'template')
  object['spec'] = {
    replicas: 1,
    ...spec,
    template: { ...template, spec: withPodDefaults(fieldsOf(template, 'spec')) },
  }
  object['status'] = {}
}

function definitionCauses(object: KubeObject): Cause[] {
  const spec = fieldsOf(object, 'spec')
  const expected = `${String(fieldsOf(spec, 'names')['plural'])}.${String(spec['group'])}`
  if (object.metadata.name === expected) return []
  return [rejected('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group')]
}
