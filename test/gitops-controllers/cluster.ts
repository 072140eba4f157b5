import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KubeObject } from '../../runtime/kube/object.js'
import { eventually } from '../behaviour/eventually.js'

const execute = promisify(execFile)

/** What tells whether an object was touched. */
export interface Version {
  readonly uid: string
  readonly created: string
  /** All of it but its status, with who wrote what and when. */
  readonly content: string
}

export const nameOf = ({ kind, metadata: { namespace, name } }: KubeObject) =>
  namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`

/** The cluster of KUBECONFIG, as kubectl sees it. */
export class Cluster {
  /** Throws what kubectl says is wrong. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const run = execute('kubectl', [...args], { maxBuffer: 2 ** 28 })
    run.child.stdin?.end(input ?? '')
    return (await run).stdout
  }

  async apply(objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    await this.kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=people', '-f', '-'], list)
  }

  /** Applies a file of definitions, and waits until their kinds are served. */
  async define(path: string): Promise<void> {
    await this.kubectl(['apply', '--server-side', '--field-manager=people', '-f', path])
    const wait = ['wait', '--for=condition=Established', '--timeout=10s', '-f', path]
    // It fails at once for a definition that has no condition at all yet.
    const served = () =>
      this.kubectl(wait).then(
        () => true as const,
        () => undefined,
      )
    await eventually(served, 120, () => `the kinds of ${path} are not served`)
  }

  async list(kind: string, ...args: string[]): Promise<KubeObject[]> {
    return itemsOf(await this.kubectl(['get', kind, '-o', 'json', ...args]))
  }

  /** The live versions of these objects, by kind, namespace and name; what is not there is absent. */
  async versions(objects: readonly KubeObject[]): Promise<Map<string, Version>> {
    if (objects.length === 0) return new Map()
    const items = objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => {
      return { apiVersion, kind, metadata: { name, namespace } }
    })
    const args = ['get', '--ignore-not-found', '--show-managed-fields', '-o', 'json', '-f', '-']
    const text = await this.kubectl(args, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    return new Map(itemsOf(text).map(object => [nameOf(object), versionOf(object)]))
  }

  /** Deletes what is there of these objects. */
  async delete(objects: readonly KubeObject[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const args = ['delete', '--ignore-not-found', '--timeout=120s', '-f', '-']
    await this.kubectl(args, list).catch((error: Error) => {
      // Where a definition is not there, neither are its objects.
      const others = error.message
        .split('\n')
        .slice(1)
        .filter(line => !/^(unable to recognize|error: ).*no matches|^$/.test(line))
      if (others.length > 0) throw error
    })
  }
}

function itemsOf(text: string): KubeObject[] {
  if (text.trim() === '') return []
  const parsed = JSON.parse(text) as KubeObject & { items?: KubeObject[] }
  return parsed.items ?? [parsed]
}

interface Entry {
  readonly subresource?: string
}

function versionOf({ status: _, metadata, ...rest }: KubeObject): Version {
  const { uid = '', creationTimestamp = '', resourceVersion: __, managedFields, ...others } = metadata
  const written = ((managedFields ?? []) as readonly Entry[]).filter(({ subresource }) => subresource !== 'status')
  return { uid, created: creationTimestamp, content: JSON.stringify({ ...rest, ...others, written }) }
}
