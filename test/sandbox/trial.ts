import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox, type SandboxOptions } from '../../sandbox/index.js'

/** An answer of the API: its HTTP status, its warnings, and the object or Status it carries. */
export interface Answer {
  readonly code: number
  readonly warnings: string
  readonly body: Loose
}

/** Objects of tests: whatever the API answers, read without a schema. */
// biome-ignore lint/suspicious/noExplicitAny: assertions read arbitrary objects of the API
export type Loose = any

/** A sandbox in a temporary folder, with the few calls the tests need. */
export class Trial {
  readonly sandbox: Sandbox
  private readonly folder: string

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox
    this.folder = folder
  }

  static async start(options: Partial<SandboxOptions> = {}): Promise<Trial> {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
    const images = { tools: { entrypoint: [] } }
    return new Trial(await Sandbox.start({ stateFolder: folder, images, ...options }), folder)
  }

  async stop(): Promise<void> {
    await this.sandbox.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    const content = typeof body === 'string' ? body : JSON.stringify(body)
    const sent = body === undefined ? {} : { body: content, headers: { 'content-type': type } }
    const response = await fetch(this.sandbox.url + path, { method, ...sent })
    const text = await response.text()
    const json = response.headers.get('content-type') === 'application/json'
    return {
      code: response.status,
      warnings: response.headers.get('warning') ?? '',
      body: json && !path.includes('watch=') ? JSON.parse(text) : text,
    }
  }

  async get(path: string): Promise<Loose> {
    return (await this.call('GET', path)).body
  }

  /** Creates an object and fails on anything but 201. */
  async create(path: string, body: unknown): Promise<Loose> {
    const answer = await this.call('POST', path, body)
    if (answer.code !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }

  /** Reads `path` until `met` holds, at most `limit` milliseconds. */
  async until(path: string, met: (object: Loose) => boolean, limit = 8000): Promise<Loose> {
    const end = Date.now() + limit
    for (;;) {
      const object = await this.get(path)
      if (met(object)) return object
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(object.status ?? object)}`)
      await sleep(10)
    }
  }

  /** Creates a pod with restart policy Never; it does not wait for anything. */
  async pod(name: string, spec: Loose): Promise<Loose> {
    return this.create(pods, { metadata: { name }, spec: { restartPolicy: 'Never', ...spec } })
  }

  async ended(pod: string): Promise<Loose> {
    return this.until(`${pods}/${pod}`, object => ['Succeeded', 'Failed'].includes(object.status?.phase))
  }

  async log(pod: string, container = 'main'): Promise<string> {
    return (await this.call('GET', `${pods}/${pod}/log?container=${container}`)).body
  }

  async claim(name: string, spec: Loose = {}): Promise<Loose> {
    const wanted = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
    return this.create(claims, { metadata: { name }, spec: wanted })
  }
}

export const pods = '/api/v1/namespaces/default/pods'
export const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
export const configMaps = '/api/v1/namespaces/default/configmaps'
export const secrets = '/api/v1/namespaces/default/secrets'
export const jobs = '/apis/batch/v1/namespaces/default/jobs'
export const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs'

/** A container that runs one shell script. */
export function shell(script: string, more: Loose = {}): Loose {
  return { name: 'main', image: 'tools', command: ['/bin/sh', '-c', script], ...more }
}

export function settled(job: Loose): boolean {
  return condition(job, 'Complete') !== undefined || condition(job, 'Failed') !== undefined
}

export function condition(object: Loose, type: string): Loose {
  return object.status?.conditions?.find((one: Loose) => one.type === type && one.status === 'True')
}
