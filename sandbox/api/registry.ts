import { type SandboxClock, systemClock } from '../clock.js'
import { admit } from './admission.js'
import { alreadyExists, badRequest, type Cause, conflict, invalid, notFound } from './api-error.js'
import { type DeleteOptions, Deletion } from './deletion.js'
import { Identifiers } from './identifier.js'
import { copy, type Fields, isFields, type KubeObject, type ObjectMeta, same, timestamp } from './object.js'
import { checkBuiltIn, prepare } from './preparation.js'
import { apiVersionOf, type Resource, type ResourceCatalogue, storageKey } from './resource.js'
import { applyDefaults, prune } from './schema.js'
import { checkSchema } from './schema-check.js'
import type { Store } from './store.js'

/** Rules beyond the schema (CEL, in a cluster). Each answer is one violation, as `field: what is wrong`. */
export type ObjectRules = (kind: string, object: KubeObject, old?: KubeObject) => string[]

export interface WriteOptions {
  readonly dryRun?: boolean
  readonly fieldValidation?: string
  readonly subresource?: string
  readonly warn?: (message: string) => void
}

export interface RegistryOptions {
  /** None beyond the schemas by default. */
  readonly rules?: ObjectRules | undefined
  readonly clock?: SandboxClock | undefined
  readonly identifiers?: Identifiers | undefined
}

/** Creates, updates and deletes as the Kubernetes API server does, over the store; HTTP and controllers share it. */
export class Registry {
  readonly store: Store
  readonly catalogue: ResourceCatalogue
  readonly clock: SandboxClock
  readonly identifiers: Identifiers
  private readonly deletion: Deletion
  private readonly rules: ObjectRules

  constructor(store: Store, catalogue: ResourceCatalogue, options: RegistryOptions = {}) {
    this.store = store
    this.catalogue = catalogue
    this.rules = options.rules ?? (() => [])
    this.clock = options.clock ?? systemClock
    this.identifiers = options.identifiers ?? new Identifiers()
    this.deletion = new Deletion(store, this.clock)
  }

  /** The present second, as objects carry it. */
  timestamp(): string {
    return timestamp(new Date(this.clock.now()))
  }

  /** Throws 404 when there is no such object. */
  read<T extends KubeObject>(resource: Resource, namespace: string | undefined, name: string): T {
    const object = this.store.get<T>(keyOf(resource), namespace, name)
    if (object === undefined) throw notFound(resource, name)
    return object
  }

  create(resource: Resource, body: unknown, namespace: string | undefined, options: WriteOptions = {}): KubeObject {
    const object = this.decode(resource, body, namespace, options)
    const name = object.metadata.name
    Object.assign(object.metadata, { uid: this.identifiers.uid(), creationTimestamp: this.timestamp() })
    object.metadata.resourceVersion = ''
    if (resource.generation) object.metadata.generation = 1
    delete object.metadata.deletionTimestamp
    if (resource.status) delete object['status']
    prepare(keyOf(resource), object, undefined)
    admit(this.store, this.catalogue, resource, object)
    const written = this.checked(resource, object, undefined)
    if (this.store.get(keyOf(resource), object.metadata.namespace, name)) throw alreadyExists(resource, name)
    return options.dryRun === true ? written : this.store.create(keyOf(resource), written)
  }

  /** A full update of the object, or of its status alone when `subresource` says so. */
  update(resource: Resource, body: unknown, namespace: string | undefined, options: WriteOptions = {}): KubeObject {
    const sent = this.decode(resource, body, namespace, options)
    const old = this.read(resource, sent.metadata.namespace, sent.metadata.name)
    this.checkPreconditions(resource, sent.metadata, old)
    const next = merged(resource, sent, old, options.subresource)
    if (options.subresource !== 'status') prepare(keyOf(resource), next, old)
    const written = this.checked(resource, next, old)
    if (resource.generation && contentChanged(written, old)) {
      written.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
    return options.dryRun === true ? written : this.commit(resource, written)
  }

  /** A trusted write of the sandbox's own controllers: read, change a copy, store; undefined when the object is gone. */
  edit<T extends KubeObject>(key: string, of: KubeObject, change: (draft: T) => void): T | undefined {
    const stored = this.store.get<T>(key, of.metadata.namespace, of.metadata.name)
    if (stored === undefined || stored.metadata.uid !== of.metadata.uid) return undefined
    const draft = copy(stored)
    change(draft)
    return this.commit(this.catalogue.require(key), draft) as T
  }

  delete(resource: Resource, object: KubeObject, options: DeleteOptions = {}): KubeObject {
    return this.deletion.delete(resource, object, options)
  }

  /** A controller's delete, in the background and without preconditions; deleting what is gone is no error. */
  discard(key: string, object: KubeObject, options: DeleteOptions = {}): void {
    const stored = this.store.get(key, object.metadata.namespace, object.metadata.name)
    if (stored?.metadata.uid !== object.metadata.uid) return
    this.deletion.delete(this.catalogue.require(key), stored, options)
  }

  private commit(resource: Resource, object: KubeObject): KubeObject {
    const written = this.store.replace(keyOf(resource), object)
    this.deletion.finish(resource, written)
    return written
  }

  private decode(resource: Resource, body: unknown, namespace: string | undefined, options: WriteOptions): KubeObject {
    if (!isFields(body)) throw badRequest('the object provided is not an object')
    const expected = apiVersionOf(resource)
    if ((body['apiVersion'] ?? expected) !== expected || (body['kind'] ?? resource.kind) !== resource.kind) {
      const received = `apiVersion: ${String(body['apiVersion'])}, kind: ${String(body['kind'])}`
      throw badRequest(
        `the API version or kind in the data (${received}) does not match the expected ${expected} ${resource.kind}`,
      )
    }
    const object = { ...copy(body), apiVersion: expected, kind: resource.kind } as KubeObject
    object.metadata = metadataOf(resource, body['metadata'], namespace, this.identifiers)
    return resource.schema === undefined ? object : this.structural(resource, object, options)
  }

  private structural(resource: Resource, object: KubeObject, options: WriteOptions): KubeObject {
    const unknown: string[] = []
    const pruned = prune(object, resource.schema ?? {}, unknown)
    const strict = unknown.map(path => `unknown field "${path}"`)
    if (options.fieldValidation === 'Strict' && strict.length > 0) {
      throw badRequest(
        `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${strict.join(', ')}`,
      )
    }
    if (options.fieldValidation !== 'Ignore') for (const warning of strict) options.warn?.(warning)
    return applyDefaults(pruned, resource.schema ?? {}) as KubeObject
  }

  private checked(resource: Resource, object: KubeObject, old: KubeObject | undefined): KubeObject {
    const schema = resource.schema
    const structural = schema === undefined ? [] : checkSchema({ ...object, metadata: {} }, schema)
    const causes = [...checkBuiltIn(keyOf(resource), object, old), ...structural]
    if (causes.length === 0 && resource.custom) causes.push(...this.rules(resource.kind, object, old).map(ruleCause))
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes)
    return object
  }

  private checkPreconditions(resource: Resource, sent: ObjectMeta, old: KubeObject): void {
    const { name, uid, resourceVersion } = sent
    if (uid !== undefined && uid !== '' && uid !== old.metadata.uid) {
      throw conflict(resource, name, uidMismatch(uid, old.metadata.uid))
    }
    if (resourceVersion !== undefined && resourceVersion !== '') {
      if (resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, name)
    } else if (resource.custom) {
      const message = 'Invalid value: 0: must be specified for an update'
      throw invalid(resource, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }])
    }
  }
}

export function keyOf(resource: Resource): string {
  return storageKey(resource.group, resource.plural)
}

export function uidMismatch(expected: string, found: string): string {
  return `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${found}`
}

function metadataOf(
  resource: Resource,
  sent: unknown,
  namespace: string | undefined,
  identifiers: Identifiers,
): ObjectMeta {
  const metadata = (isFields(sent) ? copy(sent) : {}) as unknown as ObjectMeta
  if (resource.namespaced) {
    if (metadata.namespace !== undefined && namespace !== undefined && metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    }
    metadata.namespace = namespace ?? metadata.namespace ?? 'default'
  } else delete metadata.namespace
  if ((metadata.name ?? '') === '' && metadata.generateName) {
    metadata.name = `${metadata.generateName.slice(0, 58)}${identifiers.suffix()}`
  }
  const name = metadata.name ?? ''
  if (name === '') {
    const message = 'Required value: name or generateName is required'
    throw invalid(resource, '', [{ reason: 'FieldValueRequired', message, field: 'metadata.name' }])
  }
  if (!resource.group.startsWith('rbac.') && !(name.length <= 253 && subdomain.test(name))) {
    const message = `Invalid value: ${JSON.stringify(name)}: ${subdomainRule}`
    throw invalid(resource, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.name' }])
  }
  return metadata
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

function merged(resource: Resource, sent: KubeObject, old: KubeObject, subresource: string | undefined): KubeObject {
  if (subresource === 'status') return { ...copy(old), status: sent['status'] }
  const kept = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const
  const metadata: Fields = { ...sent.metadata, resourceVersion: old.metadata.resourceVersion }
  for (const key of kept) {
    if (old.metadata[key] === undefined) delete metadata[key]
    else metadata[key] = old.metadata[key]
  }
  const next: KubeObject = { ...sent, metadata: metadata as unknown as ObjectMeta }
  if (resource.status) {
    if (old['status'] === undefined) delete next['status']
    else next['status'] = old['status']
  }
  return next
}

function contentChanged(next: KubeObject, old: KubeObject): boolean {
  const content = ({ metadata: _, status: __, ...rest }: KubeObject): Fields => rest
  return !same(content(next), content(old))
}

function ruleCause(text: string): Cause {
  const [, field, message] = /^([a-z][A-Za-z0-9_.[\]'"-]*): ([\s\S]*)$/.exec(text) ?? [undefined, '', text]
  const worded = /^(Invalid value|Required value|Forbidden|Unsupported value)/.test(message ?? '')
  return {
    reason: 'FieldValueInvalid',
    message: worded ? (message ?? '') : `Invalid value: ${message}`,
    field: field ?? '',
  }
}
