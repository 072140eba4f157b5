import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Terminal } from '../../cli/display/terminal.js'
import { UserError } from '../../cli/user-error.js'
import { checkVersion, type VersionOptions } from '../../cli/version/version-command.js'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { version } from '../../lib/version.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import { type ContainerProcess, type Exit, Sandbox } from '../../sandbox/index.js'
import { apply } from '../behaviour/apply.js'
import { type DeploymentObject, systemObjects } from '../behaviour/cluster-system.js'
import { eventually } from '../behaviour/eventually.js'
import { DEPLOYMENTS } from '../behaviour/kube-resource.js'
import { compiled } from '../behaviour/policy.js'
import { RefusingApi } from './refusing-api.js'

export const image = `holdfast.dev/holdfast:${version}`
export const old = 'holdfast.dev/holdfast:0.0.9'
export const pinned = `registry.example.com:5000/holdfast@sha256:${'a'.repeat(64)}`
const needed = /^(CustomResourceDefinition|Namespace|ServiceAccount|Deployment|Function|Task)$/

/** The head of the command’s table, and the rows of what is as it should be. */
export const head = ['WHAT', 'RELEASE', 'STATE']
export const sameDefinitions = ['definitions', version, 'as this release has them']
export const sameBuiltIns = ['Functions and Tasks', '-', 'as this release has them']

/** A sandbox that KUBECONFIG names, for `holdfast version --check`. */
export class VersionCluster {
  readonly sandbox: Sandbox
  readonly client: KubeClient
  readonly folder: string
  readonly #before = process.env['KUBECONFIG']

  private constructor(sandbox: Sandbox, client: KubeClient, folder: string) {
    this.sandbox = sandbox
    this.client = client
    this.folder = folder
    process.env['KUBECONFIG'] = sandbox.kubeconfigPath
  }

  static async start(): Promise<VersionCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-version-'))
    const sandbox = await Sandbox.start({
      stateFolder: folder,
      images: Object.fromEntries([image, old, pinned].map(name => [name, { entrypoint: ['controller'] }])),
      launcher: { mode: 'rewriting', start: untilKilled, reveal: text => text },
    })
    const client = new KubeClient(await loadEndpoint({ kubeconfig: sandbox.kubeconfigPath }))
    return new VersionCluster(sandbox, client, folder)
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.sandbox.stop()
    if (this.#before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = this.#before
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Applies the system, and waits until its controller is ready. */
  async installed(props: Parameters<typeof systemObjects>[1] = {}, of = image): Promise<void> {
    await apply(
      this.client,
      systemObjects(of, { pushgateway: { url: '' }, ...props }).filter(({ kind }) => needed.test(kind)),
    )
    if (props.replicas === 0) return
    await eventually(
      async () => {
        const { metadata, status } = await this.client.get<DeploymentObject>(
          DEPLOYMENTS,
          'holdfast-controller',
          'holdfast-system',
        )
        const seen = status?.observedGeneration === metadata.generation
        return seen && status?.readyReplicas === 1 ? true : undefined
      },
      20,
      () => 'the controller does not become ready',
    )
  }

  /** Applies shop/orders, compiled for an image, with its Repository in a namespace. */
  async policyOf(of = image, home = 'shop'): Promise<void> {
    const objects = compiled(of, { namespace: 'shop' }, chart => {
      const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'shop', secretName: 'store-keys' })
      const repository = new Repository(chart, 'store', {
        backend,
        metadata: { namespace: home },
        usagePolicy: { allowedNamespaces: { from: 'All' } },
      })
      const retention = Retention.keep({ last: 5 })
      new VolumeBackup(chart, 'orders', {
        claim: 'orders',
        repository,
        repositorySecretName: 'store-keys',
        retention,
        schedule: Schedule.cron('0 3 * * *'),
      })
    })
    const kinds = ['Repository', 'BackupConfiguration']
    await apply(this.client, [
      ...[...new Set(['shop', home])].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      ...objects.filter(({ kind }) => kinds.includes(kind)),
    ])
  }

  /** What the command prints, its table by cells, its steps, and why it fails. */
  async run(options: Partial<VersionOptions> = {}) {
    let text = ''
    const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
    const failure = await checkVersion({ check: true, output: 'table', ...options }, terminal).then(
      () => '',
      (error: unknown) => {
        if (error instanceof UserError) return error.message
        throw error
      },
    )
    const lines = text.split('\n').filter(line => line.startsWith('  ') && !line.includes('✔'))
    const cells = lines.map(line => line.trim().split(/ {2,}/))
    const isStep = ([cell = '']: readonly string[]) => /^\d+\. /.test(cell)
    return {
      text,
      failure,
      table: cells.filter(each => !isStep(each)),
      todo: cells.filter(isStep).map(([step]) => step),
    }
  }

  async steps(): Promise<readonly string[]> {
    return JSON.parse((await this.run({ output: 'json' })).text).steps
  }

  /** What the command prints to somebody to whom these resources, and the Lease, are closed. */
  async refused(resources: readonly string[], options: Partial<VersionOptions> = {}) {
    const api = await RefusingApi.start(this.sandbox.url, [...resources, 'leases'])
    process.env['KUBECONFIG'] = api.kubeconfig(this.folder)
    try {
      return await this.run(options)
    } finally {
      await api.stop()
      process.env['KUBECONFIG'] = this.sandbox.kubeconfigPath
    }
  }
}

/** A container that does nothing, for ever. */
function untilKilled(): ContainerProcess {
  let end: (exit: Exit) => void = () => {}
  const exited = new Promise<Exit>(resolve => {
    end = resolve
  })
  return { started: Promise.resolve(), exited, terminate: () => end({ code: 0 }), kill: () => end({ code: 137 }) }
}
