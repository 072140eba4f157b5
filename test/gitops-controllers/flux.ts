import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fluxObjects } from '../../cli/bootstrap/flux.js'
import { readLayout } from '../../cli/bootstrap/layout.js'
import { sourceOf } from '../../cli/bootstrap/source.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { type ChildServer, freePort } from '../behaviour/child-server.js'
import { eventually } from '../behaviour/eventually.js'
import { type Cluster, nameOf } from './cluster.js'
import type { GitRepository } from './git-repository.js'
import type { Layout } from './layouts.js'
import type { Programs } from './programs.js'
import { changed, quiet, stageOf } from './proofs.js'
import type { Proof, Tool } from './tool.js'

const namespace = 'flux-system'
const group = 'kustomize.toolkit.fluxcd.io'
const kustomizations = `kustomizations.${group}`
const source = 'gitrepositories.source.toolkit.fluxcd.io'
const requested = 'reconcile.fluxcd.io/requestedAt'

interface Kustomization extends KubeObject {
  readonly spec: { readonly wait?: boolean }
  readonly status?: {
    readonly observedGeneration?: number
    readonly lastAppliedRevision?: string
    readonly lastHandledReconcileAt?: string
    readonly conditions?: readonly { type: string; status: string; message: string; observedGeneration?: number }[]
    readonly inventory?: { readonly entries: readonly { readonly id: string }[] }
  }
}

/** kustomize-controller. Its sources have no controller here: what source-controller would say of git is written by us. */
export class Flux implements Tool {
  readonly name = 'Flux'
  readonly #cluster: Cluster
  readonly #programs: Programs
  readonly #server: Server
  #controller: ChildServer | undefined
  #archive: Buffer = Buffer.alloc(0)
  #objects: KubeObject[] = []

  constructor(cluster: Cluster, programs: Programs) {
    this.#cluster = cluster
    this.#programs = programs
    this.#server = createServer((_, response) => response.end(this.#archive))
  }

  async start(): Promise<void> {
    await this.#cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }])
    for (const file of this.#programs.definitions('flux')) await this.#cluster.define(file)
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    const health = await freePort('127.0.0.1')
    const args = ['--watch-all-namespaces', '--enable-leader-election=false', '--requeue-dependency=2s']
    const ports = [`--health-addr=127.0.0.1:${health}`, '--metrics-addr=0', '--events-addr=']
    const env = { ...process.env, RUNTIME_NAMESPACE: namespace }
    this.#controller = await this.#programs.serve('kustomize-controller', health, [...args, ...ports], env)
  }

  async handOver(repository: GitRepository): Promise<void> {
    const layout = readLayout(`${repository.folder}/dist`, 'holdfast')
    const options = { name: 'holdfast', namespace, secretName: undefined, interval: '10m' }
    // No controller of ours fetches it, so its address is as people write it.
    const from = sourceOf('https://git.example.com/team/backups.git', 'main', 'dist')
    this.#objects = fluxObjects(layout, from, options) as KubeObject[]
    await this.#cluster.apply(this.#objects)
    await this.#publish(repository)
  }

  async settled(repository: GitRepository): Promise<void> {
    const unready = async () => (await this.#kustomizations()).filter(each => !isReady(each, revisionOf(repository)))
    await eventually(
      async () => ((await unready()).length === 0 ? true : undefined),
      300,
      async () => `${(await unready()).map(said).join('\n')}\n${this.#controller?.output}`,
    )
  }

  async complaints(): Promise<string[]> {
    const events = (await this.#cluster.list('events', '-A', '--field-selector=type=Warning')) as Event[]
    const own = events.filter(({ involvedObject }) => involvedObject.kind === 'Kustomization')
    return own.map(({ involvedObject, reason, message }) => `${involvedObject.name}: ${reason}: ${message}`)
  }

  async again(repository: GitRepository): Promise<void> {
    await this.#publish(repository)
    const token = new Date().toISOString()
    await this.#cluster.kubectl([
      'annotate',
      '--overwrite',
      '-n',
      namespace,
      kustomizations,
      '--all',
      `${requested}=${token}`,
    ])
    const late = async () =>
      (await this.#kustomizations()).filter(each => each.status?.lastHandledReconcileAt !== token)
    await eventually(
      async () => ((await late()).length === 0 ? true : undefined),
      180,
      async () => (await late()).map(said).join('\n'),
    )
    await this.settled(repository)
  }

  async unsettled(): Promise<string[]> {
    return (await this.#kustomizations()).filter(each => condition(each)?.status !== 'True').map(said)
  }

  async kept(): Promise<string[]> {
    const entries = (await this.#kustomizations()).flatMap(({ status }) => status?.inventory?.entries ?? [])
    return entries.map(({ id }) => {
      const [place = '', name = '', , kind = ''] = id.split('_')
      return place === '' ? `${kind}/${name.replaceAll('__', ':')}` : `${kind}/${place}/${name.replaceAll('__', ':')}`
    })
  }

  stageOf(object: KubeObject, { name }: Layout): number {
    // One Kustomization knows of definitions, and of all that may come after.
    return name === 'a folder per namespace' ? stageOf(object) : Math.min(stageOf(object), 1)
  }

  async *ownProofs(repository: GitRepository, objects: readonly KubeObject[]): AsyncIterable<Proof> {
    const untouched = async (promise: string, spec: object): Promise<Proof> => {
      const before = await quiet(this.#cluster, objects)
      for (const { metadata } of await this.#kustomizations()) {
        const patch = ['patch', '-n', namespace, kustomizations, metadata.name, '--type=merge', '-p']
        await this.#cluster.kubectl([...patch, JSON.stringify({ spec })])
      }
      await this.again(repository)
      const after = await quiet(this.#cluster, objects)
      const wrong = [...changed(before, after), ...(await this.complaints())]
      return { promise, objects: objects.length, wrong }
    }
    const substitute = { TARGET_PATHS: 'harm', HOLDFAST_IMAGE: 'harm', SESSION_UID: 'harm' }
    yield await untouched('postBuild substitutes nothing in any object', { postBuild: { substitute } })
    yield await untouched('with wait, all objects are Current', { postBuild: null, wait: true })
  }

  async letGo(): Promise<void> {
    await this.#cluster.delete(this.#objects)
    this.#objects = []
  }

  async stop(): Promise<void> {
    await this.letGo()
    await this.#controller?.stop()
    this.#server.close()
    const files = this.#programs.definitions('flux').flatMap(file => ['-f', file])
    await this.#cluster.kubectl(['delete', '--ignore-not-found', ...files])
    await this.#cluster.kubectl(['delete', 'namespace', namespace, '--ignore-not-found'])
  }

  async #kustomizations(): Promise<Kustomization[]> {
    return (await this.#cluster.list(kustomizations, '-n', namespace)) as Kustomization[]
  }

  /** What source-controller says of a commit that it has fetched. */
  async #publish(repository: GitRepository): Promise<void> {
    if (this.#archive.length > 0 && (await this.#published()) === revisionOf(repository)) return
    this.#archive = repository.archive()
    const { port } = this.#server.address() as AddressInfo
    const now = new Date().toISOString()
    const artifact = {
      path: 'gitrepository/flux-system/holdfast/archive.tar.gz',
      url: `http://127.0.0.1:${port}/archive.tar.gz`,
      revision: revisionOf(repository),
      digest: `sha256:${createHash('sha256').update(this.#archive).digest('hex')}`,
      lastUpdateTime: now,
      size: this.#archive.length,
    }
    const ready = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'stored artifact' }
    const conditions = [{ ...ready, lastTransitionTime: now, observedGeneration: 1 }]
    const status = JSON.stringify({ status: { observedGeneration: 1, artifact, conditions } })
    const patch = ['patch', '-n', namespace, source, 'holdfast', '--subresource=status', '--type=merge', '-p', status]
    await this.#cluster.kubectl(patch)
  }

  async #published(): Promise<string> {
    const path = '{.items[*].status.artifact.revision}'
    return this.#cluster.kubectl(['get', '-n', namespace, source, '-o', `jsonpath=${path}`])
  }
}

interface Event extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string }
  readonly reason: string
  readonly message: string
}

const revisionOf = ({ head }: GitRepository) => `main@sha1:${head}`
const condition = ({ status }: Kustomization) => status?.conditions?.find(({ type }) => type === 'Ready')
const said = (each: Kustomization) => `${nameOf(each)}: ${condition(each)?.message ?? 'says nothing yet'}`

function isReady(each: Kustomization, revision: string): boolean {
  const ready = condition(each)
  const seen = each.status?.observedGeneration === each.metadata.generation
  return seen && ready?.status === 'True' && each.status?.lastAppliedRevision === revision
}
