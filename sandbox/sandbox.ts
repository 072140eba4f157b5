import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { AuditEntry } from './api/audit.js'
import { builtInResources } from './api/built-in.js'
import type { DeleteOptions } from './api/deletion.js'
import type { Fault, FaultInjector } from './api/fault.js'
import { ApiHandler } from './api/handler.js'
import { Identifiers, type Random } from './api/identifier.js'
import type { CronJob, Pod } from './api/kinds.js'
import type { KubeObject } from './api/object.js'
import { type ObjectRules, Registry } from './api/registry.js'
import type { ApiCall, Reply } from './api/reply.js'
import { ResourceCatalogue } from './api/resource.js'
import { ApiServer } from './api/server.js'
import { type Change, Store } from './api/store.js'
import type { SandboxClock } from './clock.js'
import { ControlPlane } from './controllers/control-plane.js'
import { writeKubeconfig } from './kubeconfig.js'
import { type Image, ImageStore } from './node/image.js'
import { Kubelet } from './node/kubelet.js'
import type { Launcher, LaunchMode } from './node/launcher.js'
import { NamespaceLauncher, namespacesWork } from './node/namespace-launcher.js'
import { servePodLog } from './node/pod-log.js'
import { RewritingLauncher } from './node/rewriting-launcher.js'
import { claimedVolume } from './node/volume.js'

export interface SandboxOptions {
  /** Volumes, logs and the kubeconfig come to lie here; it is made when absent and not removed. */
  readonly stateFolder: string
  /** The images pods may use, by exact name. */
  readonly images: Readonly<Record<string, Image>>
  /** `node1` by default. */
  readonly nodeName?: string
  /** Rules of custom resources beyond their schema, in place of CEL. */
  readonly validate?: ObjectRules
  /** Receives what went wrong inside the sandbox; silence by default. */
  readonly log?: (line: string) => void
  /** By default `namespaces` where the machine lets us, `rewriting` elsewhere. */
  readonly mode?: LaunchMode
  /** Starts the processes in place of either mode. */
  readonly launcher?: Launcher
  /** The API's port on the loopback device; a free one by default. With `none` only `serve` reaches the API. */
  readonly port?: number | 'none'
  /** This machine's clock by default. */
  readonly clock?: SandboxClock
  /** Makes uids and names; the same numbers give the same ones. Unpredictable by default. */
  readonly random?: Random
  /** How many requests `audit` keeps at least; all by default. */
  readonly keptAudit?: number
  /** Milliseconds between watch bookmarks; 60 000 as in Kubernetes. */
  readonly bookmarkEvery?: number
  /** How many changes watches can go back; 5 000 by default. */
  readonly history?: number
}

/** A small Kubernetes in this process: an API server over HTTP, the controllers, and one node that runs pods as processes. */
export class Sandbox {
  /** `http://127.0.0.1:<port>`, without authentication; leads nowhere without a port. */
  readonly url: string
  readonly kubeconfigPath: string
  readonly mode: LaunchMode
  private readonly registry: Registry
  private readonly handler: ApiHandler
  private readonly server: ApiServer | undefined
  private readonly plane: ControlPlane
  private readonly kubelet: Kubelet
  private readonly images: ImageStore

  private constructor(parts: Parts) {
    this.url = parts.url
    this.kubeconfigPath = parts.kubeconfigPath
    this.mode = parts.kubelet.context.launcher.mode
    this.registry = parts.registry
    this.handler = parts.handler
    this.server = parts.server
    this.plane = parts.plane
    this.kubelet = parts.kubelet
    this.images = parts.images
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const { log = () => {}, nodeName = 'node1' } = options
    const folder = resolve(options.stateFolder)
    for (const name of ['volumes', 'pods', 'logs']) mkdirSync(join(folder, name), { recursive: true })
    const registry = new Registry(new Store(options.history), new ResourceCatalogue(builtInResources), {
      rules: options.validate,
      clock: options.clock,
      identifiers: new Identifiers(options.random),
    })
    const images = new ImageStore(options.images)
    const handler: ApiHandler = new ApiHandler({
      registry,
      evict: (pod, how) => kubelet.evict(pod as Pod, how.gracePeriodSeconds),
      serveLog: (request, reply) => servePodLog(registry, kubelet.context, request, reply),
      bookmarkEvery: options.bookmarkEvery,
      keptAudit: options.keptAudit,
      log,
    })
    const server = options.port === 'none' ? undefined : new ApiServer(handler)
    const url = server === undefined ? nowhere : await server.listen(Number(options.port ?? 0))
    const kubeconfigPath = join(folder, 'kubeconfig')
    writeKubeconfig(kubeconfigPath, url)
    const context = {
      registry,
      images,
      launcher: options.launcher ?? launcherFor(options.mode),
      podFolder: join(folder, 'pods'),
      logFolder: join(folder, 'logs'),
      services: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: new URL(url).port },
      kubeconfig: kubeconfigPath,
      apiUrl: url,
    }
    const kubelet: Kubelet = new Kubelet(registry, context, nodeName, log)
    const plane = new ControlPlane({ registry, nodeName, log }, join(folder, 'volumes'), name => images.has(name))
    plane.furnish()
    return new Sandbox({ url, kubeconfigPath, registry, handler, server, plane, kubelet, images })
  }

  /** Ends every process of every pod, the controllers and the API. What lies in the state folder stays. */
  async stop(): Promise<void> {
    this.plane.stop()
    await this.kubelet.stop()
    this.handler.close()
    await this.server?.close()
    await rm(join(this.kubelet.context.podFolder), { recursive: true, force: true })
  }

  /** Every request for objects so far, oldest first. */
  get audit(): readonly AuditEntry[] {
    return this.handler.audit
  }

  /** Answers one request that came without HTTP. */
  serve(call: ApiCall, reply: Reply): void {
    void this.handler.serve(call, reply)
  }

  /** What is stored of a resource (`pods`, `jobs.batch`) at this moment; no request, so the audit does not show it. */
  objects(resource: string, namespace?: string): readonly KubeObject[] {
    return this.registry.store.list(resource, namespace)
  }

  /** Calls back at every change of what is stored, while it is made; the answer ends that. */
  subscribe(listener: (change: Change) => void): () => void {
    return this.registry.store.subscribe(listener)
  }

  /** How many objects of each resource are stored. */
  census(): Record<string, number> {
    const { store } = this.registry
    return Object.fromEntries(store.resources().map(resource => [resource, store.list(resource).length]))
  }

  addImage(name: string, image: Image): void {
    this.images.add(name, image)
  }

  /** The folder behind a bound claim. Throws when the claim is absent or not bound. */
  claimFolder(namespace: string, claim: string): string {
    const { local, hostPath } = claimedVolume(this.registry.store, namespace, claim).spec
    return local?.path ?? hostPath?.path ?? ''
  }

  /** Starts the Job of a minute (the present one) of a CronJob now and answers its name; suspension does not count. */
  fire(namespace: string, cronJob: string, minute?: Date): string {
    return this.plane.cronJobs.fire(this.read<CronJob>('cronjobs.batch', namespace, cronJob), minute)
  }

  /** Kills a running container as the kernel does at its memory limit. */
  oomKill(namespace: string, pod: string, container: string): void {
    this.kubelet.oomKill(this.read('pods', namespace, pod), container)
  }

  /** Evicts a pod as `POST …/eviction` does. */
  evict(namespace: string, pod: string): void {
    this.kubelet.evict(this.read('pods', namespace, pod))
  }

  deletePod(namespace: string, pod: string, options: DeleteOptions = {}): void {
    this.registry.discard('pods', this.read('pods', namespace, pod), options)
  }

  /** The node dies: processes end unheard, pods are marked disrupted and are gone after `moment` milliseconds (500). */
  async loseNode(moment = 500): Promise<void> {
    await this.kubelet.lose()
    this.plane.node.lose(moment)
  }

  recoverNode(): void {
    this.kubelet.recover()
    this.plane.node.recover()
  }

  /** Until `resumeApi`, every request hangs (or is reset, or fails as `fault` says) and open connections are cut. */
  pauseApi(fault: Fault = 'hang'): void {
    this.handler.faults.pause(fault)
    this.dropConnections()
  }

  resumeApi(): void {
    this.handler.faults.resume()
  }

  /** Lets `injector` pick requests to fail; undefined ends it. */
  injectFaults(injector: FaultInjector | undefined): void {
    this.handler.faults.inject(injector)
  }

  /** Forgets the history of changes: watches from older revisions get 410. */
  compact(): void {
    this.registry.store.compact()
  }

  /** Cuts every open connection once, watches included. */
  dropConnections(): void {
    this.server?.dropConnections()
    this.handler.cut()
  }

  private read<T extends Pod | CronJob>(key: string, namespace: string, name: string): T {
    return this.registry.read<T>(this.registry.catalogue.require(key), namespace, name)
  }
}

/** A name that never resolves (RFC 6761). */
const nowhere = 'http://sandbox.invalid:80'

interface Parts {
  readonly url: string
  readonly kubeconfigPath: string
  readonly registry: Registry
  readonly handler: ApiHandler
  readonly server: ApiServer | undefined
  readonly plane: ControlPlane
  readonly kubelet: Kubelet
  readonly images: ImageStore
}

function launcherFor(mode: LaunchMode | undefined): Launcher {
  const chosen = mode ?? (namespacesWork() ? 'namespaces' : 'rewriting')
  return chosen === 'namespaces' ? new NamespaceLauncher() : new RewritingLauncher()
}
