import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultImage } from '../../constructs/image.js'
import type { ClaimObject } from '../../runtime/controller/objects.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { type Image, Sandbox } from '../../sandbox/index.js'
import { companion } from '../policy/program.js'
import { UserError } from '../user-error.js'
import { ControllerProcess } from './controller-process.js'
import { forEveryUser, type Program } from './pod-program.js'
import type { PolicySet } from './policy-set.js'
import { type Receiver, startReceiver } from './receiver.js'
import { resourceOf } from './resources.js'
import type { Teardown } from './teardown.js'

const claimPatience = 5000

/** Everything a trial runs in: the embedded Kubernetes, the real controller and a Pushgateway. */
export interface Stage {
  readonly folder: string
  readonly sandbox: Sandbox
  readonly client: KubeClient
  readonly receiver: Receiver
  readonly controller: ControllerProcess
  readonly restic: Program
  /** Images of the policy that are not Holdfast’s; their commands run with this machine’s programs. */
  readonly foreignImages: readonly string[]
}

/** Starts the stage with its state in `folder`; `teardown` ends all of it. */
export async function startStage(folder: string, restic: Program, set: PolicySet, teardown: Teardown): Promise<Stage> {
  // Pods run as a user of their own and must get to it.
  const programs = mkdtempSync(join(tmpdir(), 'holdfast-try-programs-'))
  teardown.add(() => rmSync(programs, { recursive: true, force: true }))
  chmodSync(programs, 0o755)
  mkdirSync(folder, { recursive: true })
  const images = imagesOf(set)
  const sandbox = await Sandbox.start({ stateFolder: folder, images: {} })
  teardown.add(() => sandbox.stop())
  const holdfast = agentImage(programs, restic.path, sandbox.url)
  for (const name of [defaultImage, images.own]) sandbox.addImage(name, holdfast)
  for (const name of images.foreign) sandbox.addImage(name, { entrypoint: [] })
  const client = new KubeClient({
    server: sandbox.url,
    namespace: 'default',
    credentials: async () => ({ headers: {}, tls: {} }),
  })
  teardown.add(() => client.close())
  const receiver = await startReceiver(process.env, teardown)
  const args = [
    `--image=${images.own}`,
    `--pushgateway-url=${receiver.url}`,
    '--metrics-port=0',
    '--leader-election=false',
  ]
  const start = () =>
    ControllerProcess.start(
      companion('controller.cjs'),
      args,
      sandbox.kubeconfigPath,
      join(folder, 'controller.log'),
      teardown,
    )
  return {
    folder,
    sandbox,
    client,
    receiver,
    controller: start(),
    restic,
    foreignImages: images.foreign,
  }
}

function agentImage(programs: string, restic: string, api: string): Image {
  const node = forEveryUser(process.execPath, programs)
  const agent = forEveryUser(companion('agent.cjs'), programs)
  const path = [dirname(forEveryUser(restic, programs)), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  return { entrypoint: [node, agent], env: { PATH: path, HOLDFAST_API_URL: api }, user: 65532 }
}

/** Creates objects in order; one that is there already stays. */
export async function create(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await client.create(resourceOf(object), object)
}

/** Waits until a claim has its volume and gives the folder behind it. */
export async function claimFolder({ client, sandbox }: Stage, namespace: string, name: string): Promise<string> {
  for (const end = Date.now() + claimPatience; Date.now() < end; await sleep(20)) {
    const claim = await client.get<ClaimObject>(PERSISTENT_VOLUME_CLAIMS, name, namespace)
    if (claim.status?.phase === 'Bound') return sandbox.claimFolder(namespace, name)
  }
  throw new UserError(
    `PersistentVolumeClaim ${namespace}/${name} got no volume: does it name a StorageClass? The sandbox has one, 'standard'.`,
  )
}

/** The image of the policy’s triggers is Holdfast’s; every other one is somebody’s own. */
function imagesOf({ others, configurations }: PolicySet): { own: string; foreign: string[] } {
  const cronJobs = others.filter(object => object.kind === 'CronJob')
  const own = cronJobs.flatMap(imagesIn)[0] ?? defaultImage
  const all = [...others, ...configurations].flatMap(imagesIn)
  const foreign = all.filter(image => image !== own && image !== defaultImage && !image.includes('${'))
  return { own, foreign: [...new Set(foreign)] }
}

/** Values of every `image` field, wherever it is. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'image' && typeof inner === 'string' ? [inner] : imagesIn(inner),
  )
}
