import type { KubeObject } from '../../../runtime/kube/object.js'
import { type Answer, refuse, sendJson } from '../scripted-server.js'

/** One Lease with the API server's rules: create once, replace only the current version. */
export class LeaseServer {
  lease: KubeObject | undefined
  /** Says 500 to everything. */
  broken = false
  #version = 0

  readonly answer: Answer = (response, request) => {
    if (this.broken) return refuse(response, 500, 'InternalError')
    if (request.method === 'GET') {
      return this.lease ? sendJson(response, 200, this.lease) : refuse(response, 404, 'NotFound')
    }
    const sent = request.body as unknown as KubeObject
    if (request.method === 'POST' && this.lease) return refuse(response, 409, 'AlreadyExists')
    if (request.method === 'PUT' && sent.metadata.resourceVersion !== this.lease?.metadata.resourceVersion) {
      return refuse(response, 409, 'Conflict')
    }
    this.store(sent['spec'] as Record<string, unknown>, sent.metadata.labels)
    sendJson(response, 200, this.lease)
  }

  get spec(): Record<string, unknown> {
    return (this.lease?.['spec'] ?? {}) as Record<string, unknown>
  }

  store(spec: Record<string, unknown>, labels: Readonly<Record<string, string>> = {}) {
    const metadata = { name: 'lead', namespace: 'system', resourceVersion: String(++this.#version), labels }
    this.lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
  }
}
