import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Holdfast } from '../../constructs/index.js'
import { nextSlot, parseSchedule } from '../../lib/schedule.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, PODS } from '../../runtime/kube/resource.js'
import { Sandbox } from '../../sandbox/index.js'
import { expand } from '../../sandbox/node/expansion.js'
import { root, toolPath, toolSearchPath } from '../../scripts/tools.mjs'
import { apply } from './apply.js'
import { ChildServer, freePort } from './child-server.js'
import { eventually } from './eventually.js'
import { compiled } from './policy.js'
import { SandboxController } from './sandbox-controller.js'
import { sandboxRules } from './sandbox-rules.js'
import { VolumeWorld } from './volume-world.js'

const image = 'holdfast.dev/holdfast:dev'
const loopback = '127.0.0.1'
/** What a cluster needs of the control plane when controller and Pushgateway run beside it. */
const apiKinds = ['CustomResourceDefinition', 'Namespace', 'Function', 'Task']

interface Parts {
  readonly folder: string
  readonly sandbox: Sandbox
  readonly client: KubeClient
  readonly controller: SandboxController
  readonly pushgateway: ChildServer
  readonly pushgatewayUrl: string
}

/** A sandbox with the real controller, agent, restic and Pushgateway. */
export class SandboxWorld extends VolumeWorld {
  /** What its control plane calls it; Repositories do not. */
  static readonly clusterName = 'sandbox'
  readonly kind = 'sandbox'
  readonly image = image
  readonly #parts: Parts

  private constructor(parts: Parts) {
    super(parts.client, loopback)
    this.#parts = parts
  }

  static async start(): Promise<SandboxWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-world-'))
    const sandbox = await Sandbox.start({ stateFolder: folder, images: {}, validate: sandboxRules })
    sandbox.addImage(image, {
      entrypoint: [process.execPath, join(root, 'build/bundle/agent.cjs')],
      env: { PATH: toolSearchPath() },
      user: 65532,
    })
    const client = new KubeClient(await loadEndpoint({ kubeconfig: sandbox.kubeconfigPath }))
    const { pushgateway, url } = await startPushgateway()
    const system = compiled(image, {}, chart => {
      new Holdfast(chart, 'holdfast', { image, pushgateway: { url }, clusterName: SandboxWorld.clusterName })
    })
    await apply(
      client,
      system.filter(({ kind }) => apiKinds.includes(kind)),
    )
    const controller = new SandboxController(sandbox.kubeconfigPath, controllerArguments(system))
    await controller.start()
    return new SandboxWorld({ folder, sandbox, client, controller, pushgateway, pushgatewayUrl: url })
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.#parts.pushgatewayUrl}/metrics`)).text()
  }

  /** Pushes series as any pod may, into the group of this path. */
  async push(group: string, text: string): Promise<void> {
    const { pushgatewayUrl } = this.#parts
    const { status } = await fetch(`${pushgatewayUrl}/metrics/${group}`, { method: 'POST', body: text })
    if (status !== 200) throw new Error(`the Pushgateway answered ${status} to a push into ${group}`)
  }

  controllerMetrics(): Promise<string> {
    return this.#parts.controller.metrics()
  }

  /** Starts the next slot’s Job now. The CronJob counts it as run, so that it does not start it once more. */
  async nextSlot(namespace: string, cronJob: string): Promise<void> {
    const { spec, status } = await this.client.get<CronJobObject>(CRON_JOBS, cronJob, namespace)
    const parsed = parseSchedule(spec.schedule, spec.timeZone)
    if (!parsed.ok) throw new Error(`CronJob ${cronJob}: ${parsed.message}`)
    const last = status?.lastScheduleTime === undefined ? new Date(0) : new Date(status.lastScheduleTime)
    const now = new Date()
    const slot = nextSlot(parsed.schedule, last > now ? last : now)
    if (slot === undefined) throw new Error(`CronJob ${cronJob} has no next slot: ${spec.schedule}`)
    this.#parts.sandbox.fire(namespace, cronJob, slot)
  }

  async outOfMemory(namespace: string, pod: string, container: string): Promise<void> {
    await eventually(
      async () => {
        const { status } = await this.client.get<PodLike>(PODS, pod, namespace)
        const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
        return all.find(each => each.name === container && each.state?.['running'] !== undefined)
      },
      30,
      () => `container ${container} of ${namespace}/${pod} does not run`,
    )
    this.#parts.sandbox.oomKill(namespace, pod, container)
  }

  async evict(namespace: string, pod: string): Promise<void> {
    this.#parts.sandbox.evict(namespace, pod)
  }

  async loseNode(): Promise<void> {
    await this.#parts.sandbox.loseNode()
    await new Promise(resolve => setTimeout(resolve, 1000))
    this.#parts.sandbox.recoverNode()
  }

  stopController(): Promise<void> {
    return this.#parts.controller.stop()
  }

  startController(): Promise<void> {
    return this.#parts.controller.start()
  }

  override async stop(): Promise<void> {
    const { controller, pushgateway, sandbox, folder } = this.#parts
    await controller.stop()
    await super.stop()
    await pushgateway.stop()
    await sandbox.stop()
    await rm(folder, { recursive: true, force: true })
  }

  protected async folderOf(namespace: string, claim: string): Promise<string> {
    return this.#parts.sandbox.claimFolder(namespace, claim)
  }
}

function controllerArguments(system: readonly KubeObject[]): readonly string[] {
  const deployment = system.find((object): object is DeploymentObject => object.kind === 'Deployment')
  const container = deployment?.spec.template.spec.containers[0]
  if (container === undefined) throw new Error('the system has no Deployment of a controller')
  return container.args.map(arg => expand(arg, { HOLDFAST_IMAGE: container.image }))
}

interface DeploymentObject extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly image: string; readonly args: readonly string[] }[] }
    }
  }
}

interface CronJobObject extends KubeObject {
  readonly spec: { readonly schedule: string; readonly timeZone?: string }
  readonly status?: { readonly lastScheduleTime?: string }
}

interface PodLike extends KubeObject {
  readonly status?: {
    readonly initContainerStatuses?: readonly ContainerLike[]
    readonly containerStatuses?: readonly ContainerLike[]
  }
}

interface ContainerLike {
  readonly name: string
  readonly state?: Readonly<Record<string, unknown>>
}

async function startPushgateway(): Promise<{ pushgateway: ChildServer; url: string }> {
  const port = await freePort(loopback)
  const url = `http://${loopback}:${port}`
  const pushgateway = ChildServer.start(toolPath('pushgateway'), [`--web.listen-address=${loopback}:${port}`])
  await pushgateway.accepts(port, loopback)
  return { pushgateway, url }
}
