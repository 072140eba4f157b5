import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Backend } from '../../lib/api/backend.js'
import { root, toolPath } from '../../scripts/tools.mjs'
import { type Certificate, certificateFor } from './certificate.js'
import { ChildServer, freePort } from './child-server.js'
import type { TestStore } from './world.js'

const run = promisify(execFile)
const accessKey = 'S3RVER'
const secretKey = 'S3RVER'
const bucket = 'backups'
/** Commands that write nothing: without a lock of ours they cannot be in a mover’s way. */
const readers = ['snapshots', 'ls', 'stats', 'check', 'cat', 'dump', 'find', 'diff', 'restore']

/** Servers that repositories lie on, started when a test asks for them; `address` is this machine as pods see it. */
export class TestStores {
  readonly #address: string
  #folder: Promise<string> | undefined
  #s3: Promise<{ server: ChildServer; endpoint: string; certificate: Certificate }> | undefined
  #rest: Promise<{ server: ChildServer; url: string }> | undefined
  #count = 0

  constructor(address: string) {
    this.#address = address
  }

  /** A store on a claim, which this machine sees as `folder`. */
  local(claimName: string, folder: string, secretName: string): TestStore {
    const backend = {
      local: { persistentVolumeClaim: { claimName }, subPath: 'repository' },
      storageSecretName: secretName,
    }
    return testStore(backend, {}, join(folder, 'repository'))
  }

  async s3(secretName: string): Promise<TestStore> {
    this.#s3 ??= this.#startS3()
    const { endpoint, certificate } = await this.#s3
    const prefix = this.#place()
    const backend = { s3: { endpoint, bucket, prefix, insecureTLS: false }, storageSecretName: secretName }
    const keys = { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, CA_CERT_DATA: certificate.authority }
    return testStore(backend, keys, `s3:${endpoint}/${bucket}/${prefix}`, ['--cacert', certificate.certificate])
  }

  async rest(secretName: string): Promise<TestStore> {
    this.#rest ??= this.#startRest()
    const url = `${(await this.#rest).url}/${this.#place()}/`
    return testStore({ rest: { url }, storageSecretName: secretName }, {}, `rest:${url}`)
  }

  async stop(): Promise<void> {
    for (const started of [this.#s3, this.#rest]) await (await started)?.server.stop()
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true })
  }

  #place(): string {
    this.#count += 1
    return `place-${this.#count}`
  }

  async #startS3() {
    const port = await freePort(this.#address)
    const folder = join(await this.#temporaryFolder(), 's3')
    await mkdir(folder, { recursive: true })
    // Over TLS, because s3rver does not know the chunks that S3 clients sign one by one without it.
    const endpoint = `https://${this.#address}:${port}`
    const certificate = await certificateFor(this.#address, await this.#temporaryFolder())
    const server = ChildServer.start(process.execPath, [
      join(root, 'node_modules/s3rver/bin/s3rver.js'),
      ...['--directory', folder, '--address', this.#address, '--port', String(port)],
      ...['--cert', certificate.certificate, '--key', certificate.key],
      ...['--configure-bucket', bucket, '--no-vhost-buckets', '--silent'],
    ])
    await server.accepts(port, this.#address)
    return { server, endpoint, certificate }
  }

  async #startRest() {
    const port = await freePort(this.#address)
    const folder = join(await this.#temporaryFolder(), 'rest')
    await mkdir(folder, { recursive: true })
    const listen = `${this.#address}:${port}`
    const server = ChildServer.start(toolPath('rest-server'), ['--path', folder, '--listen', listen, '--no-auth'])
    const url = `http://${listen}`
    await server.accepts(port, this.#address)
    return { server, url }
  }

  #temporaryFolder(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'holdfast-stores-'))
    return this.#folder
  }
}

function testStore(
  backend: Backend,
  keys: Readonly<Record<string, string>>,
  repository: string,
  flags: readonly string[] = [],
): TestStore {
  const secret = { RESTIC_PASSWORD: randomBytes(12).toString('hex'), ...keys }
  return {
    backend,
    secret,
    async restic(...args) {
      const isReader = readers.some(reader => args.includes(reader))
      const all = ['--repo', repository, '--no-cache', ...flags, ...(isReader ? ['--no-lock'] : []), ...args]
      const { stdout } = await run(toolPath('restic'), all, {
        env: { PATH: process.env['PATH'], HOME: tmpdir(), ...secret },
        maxBuffer: 64 * 1024 * 1024,
      })
      return stdout
    },
  }
}
