import { badRequest, methodNotAllowed, notImplemented, unknownPath } from './api-error.js'
import type { Body } from './body.js'
import type { DeleteOptions } from './deletion.js'
import { Lister, predicateOf } from './list.js'
import { type Fields, fieldsOf, isFields, type KubeObject } from './object.js'
import { applyType, Patcher } from './patch.js'
import { keyOf, type Registry, type WriteOptions } from './registry.js'
import { type ApiRequest, isDryRun } from './request.js'
import { apiVersionOf } from './resource.js'

export interface Answer {
  readonly code: number
  readonly body: unknown
}

/** Evicts a pod through the eviction API; the pod's runner implements it. */
export type Evict = (pod: KubeObject, options: DeleteOptions) => void

/** Everything but watches and logs: one request for objects in, one answer out. */
export class Operations {
  private readonly registry: Registry
  private readonly lister: Lister
  private readonly patcher = new Patcher()
  private readonly evict: Evict

  constructor(registry: Registry, evict: Evict) {
    this.registry = registry
    this.lister = new Lister(registry.store)
    this.evict = evict
  }

  perform(request: ApiRequest, body: Body, warn: (message: string) => void): Answer {
    const options = writeOptions(request, warn)
    if (request.subresource !== undefined) return this.subresource(request, body, options)
    switch (request.verb) {
      case 'list':
        return { code: 200, body: this.lister.list(request) }
      case 'get':
        return { code: 200, body: this.live(request) }
      case 'create':
        return this.create(request, body, options)
      case 'update':
        return this.update(request, body, options)
      case 'patch':
        return this.patch(request, body, options)
      case 'delete':
        return this.delete(request, body)
      case 'deletecollection':
        return this.deleteCollection(request, body)
      default:
        throw methodNotAllowed()
    }
  }

  private subresource(request: ApiRequest, body: Body, options: WriteOptions): Answer {
    const { resource, subresource, verb } = request
    if (subresource === 'eviction' && resource.kind === 'Pod' && verb === 'create') return this.eviction(request, body)
    if (subresource === 'status' && resource.status) {
      if (verb === 'get') return { code: 200, body: this.live(request) }
      if (verb === 'update') return this.update(request, body, options)
      if (verb === 'patch') return this.patch(request, body, options)
      throw methodNotAllowed()
    }
    if (subresource === 'status') throw unknownPath()
    throw notImplemented(`the subresource ${resource.plural}/${subresource}`)
  }

  private live(request: ApiRequest): KubeObject {
    return this.registry.read(request.resource, request.namespace, nameOf(request))
  }

  private create(request: ApiRequest, body: Body, options: WriteOptions): Answer {
    if (request.name !== undefined) throw methodNotAllowed()
    return { code: 201, body: this.registry.create(request.resource, body.content, request.namespace, options) }
  }

  private update(request: ApiRequest, body: Body, options: WriteOptions): Answer {
    this.live(request)
    const name = isFields(body.content) ? fieldsOf(body.content, 'metadata')['name'] : undefined
    if (name !== undefined && name !== request.name) {
      throw badRequest(`the name of the object (${String(name)}) does not match the name on the URL (${request.name})`)
    }
    return { code: 200, body: this.registry.update(request.resource, body.content, request.namespace, options) }
  }

  private patch(request: ApiRequest, body: Body, options: WriteOptions): Answer {
    const { resource, namespace } = request
    const name = nameOf(request)
    const manager = request.query.get('fieldManager') ?? ''
    const applying = body.type === applyType && isFields(body.content)
    if (applying && manager === '') throw badRequest('fieldManager is required for apply patch')
    const exists = this.registry.store.get(keyOf(resource), namespace, name) !== undefined
    if (applying && !exists && request.subresource === undefined) {
      const written = this.registry.create(resource, named(body.content, name), namespace, options)
      this.patcher.remember(written, manager, body.content as Fields)
      return { code: 201, body: written }
    }
    const live = this.live(request)
    const patched = this.patcher.patch(resource, live, body, manager)
    const written = this.registry.update(resource, patched, namespace, options)
    if (applying && options.dryRun !== true) this.patcher.remember(written, manager, body.content as Fields)
    return { code: 200, body: written }
  }

  private delete(request: ApiRequest, body: Body): Answer {
    const { resource } = request
    const live = this.live(request)
    const after = this.registry.delete(resource, live, deleteOptions(request, body))
    const gone = this.registry.store.find(live.metadata.uid) === undefined
    if (!gone || resource.kind === 'Pod') return { code: 200, body: after }
    const details = {
      name: live.metadata.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      uid: live.metadata.uid,
    }
    return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
  }

  private deleteCollection(request: ApiRequest, body: Body): Answer {
    const { resource, namespace } = request
    const items = this.registry.store.list(keyOf(resource), namespace).filter(predicateOf(request))
    for (const item of items) this.registry.delete(resource, item, deleteOptions(request, body))
    return {
      code: 200,
      body: { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: {}, items },
    }
  }

  private eviction(request: ApiRequest, body: Body): Answer {
    const sent = isFields(body.content) ? fieldsOf(body.content, 'deleteOptions') : {}
    this.evict(this.live(request), sent as DeleteOptions)
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
  }
}

function nameOf(request: ApiRequest): string {
  if (request.name === undefined) throw methodNotAllowed()
  return request.name
}

function named(content: unknown, name: string): Fields {
  const fields = isFields(content) ? content : {}
  return { ...fields, metadata: { ...fieldsOf(fields, 'metadata'), name } }
}

function writeOptions(request: ApiRequest, warn: (message: string) => void): WriteOptions {
  return {
    dryRun: isDryRun(request.query),
    fieldValidation: request.query.get('fieldValidation') ?? 'Warn',
    warn,
    ...(request.subresource === undefined ? {} : { subresource: request.subresource }),
  }
}

function deleteOptions(request: ApiRequest, body: Body): DeleteOptions {
  const sent = (isFields(body.content) ? body.content : {}) as DeleteOptions & { dryRun?: unknown }
  const policy = request.query.get('propagationPolicy')
  const grace = request.query.get('gracePeriodSeconds')
  return {
    ...(sent.preconditions === undefined ? {} : { preconditions: sent.preconditions }),
    ...(sent.propagationPolicy === undefined ? {} : { propagationPolicy: sent.propagationPolicy }),
    ...(sent.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: sent.gracePeriodSeconds }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    dryRun: isDryRun(request.query) || Array.isArray(sent.dryRun),
  }
}
