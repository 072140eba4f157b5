import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS } from '../../runtime/kube/resource.js'
import { root } from '../../scripts/tools.mjs'
import { eventually } from './eventually.js'

const run = promisify(execFile)
const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }

/** Where the test cluster keeps its logs, volumes and the pids of its programs. */
export const clusterState = process.env['HOLDFAST_CLUSTER'] ?? join(homedir(), '.cache/holdfast-cluster')

/** The one node of the test cluster, whose programs and volumes are on this machine. */
export class ClusterNode {
  readonly #client: KubeClient
  readonly #state = clusterState
  readonly #tool = resolve(root, process.env['HOLDFAST_CLUSTER_TOOL'] ?? '../shared/cluster/cluster')

  constructor(client: KubeClient) {
    this.#client = client
  }

  /** The folder behind a bound claim. */
  async folderOf(namespace: string, claim: string): Promise<string> {
    const { spec } = await this.#client.get<ClaimObject>(PERSISTENT_VOLUME_CLAIMS, claim, namespace)
    const volume = await this.#client.get<VolumeObject>(PERSISTENT_VOLUMES, spec.volumeName ?? '')
    return join(this.#state, 'volumes/volumes', volume.spec.csi.volumeHandle, 'data')
  }

  /**
   * The kubelet dies with all that it runs and the node is declared out of service, so that Kubernetes gives up its
   * pods; then it comes back.
   */
  async lose(): Promise<void> {
    const node = await this.#only()
    const pods = await this.#podsOf(node)
    await this.#kill('kubelet')
    await this.#killContainers()
    await this.#client.mergePatch(NODES, node, undefined, { spec: { taints: [taint] } })
    await eventually(
      async () => ((await this.#podsOf(node)).some(uid => pods.includes(uid)) ? undefined : true),
      180,
      () => `pods of ${node} are still there`,
    )
    await this.#client.mergePatch(NODES, node, undefined, { spec: { taints: null } })
    await run(this.#tool, ['up'])
    await eventually(
      async () => {
        const { status } = await this.#client.get<NodeObject>(NODES, node)
        return status.conditions.find(each => each.type === 'Ready' && each.status === 'True')
      },
      120,
      () => `${node} does not come back`,
    )
  }

  async #only(): Promise<string> {
    const [node] = (await this.#client.list(NODES)).items
    if (node === undefined) throw new Error('the cluster has no node')
    return node.metadata.name
  }

  async #podsOf(node: string): Promise<string[]> {
    const { items } = await this.#client.list(PODS, { fieldSelector: `spec.nodeName=${node}` })
    return items.map(pod => pod.metadata.uid ?? '')
  }

  async #kill(program: string): Promise<void> {
    const pid = Number((await readFile(join(this.#state, 'run', `${program}.pid`), 'utf8')).trim())
    process.kill(pid, 'SIGKILL')
  }

  /** Every container of Kubernetes on the node, as its runtime lists them. */
  async #killContainers(): Promise<void> {
    const ctr = ['--address', join(this.#state, 'run/containerd.sock'), '--namespace', 'k8s.io', 'tasks', 'list', '-q']
    const { stdout } = await run('ctr', ctr)
    for (const id of stdout.split('\n').filter(line => line !== '')) {
      await run('ctr', [...ctr.slice(0, 4), 'tasks', 'kill', '--signal', 'SIGKILL', id]).catch((error: Error) => {
        if (!/not found|already finished/.test(error.message)) throw error
      })
    }
  }
}

interface ClaimObject extends KubeObject {
  readonly spec: { readonly volumeName?: string }
}

interface VolumeObject extends KubeObject {
  readonly spec: { readonly csi: { readonly volumeHandle: string } }
}

interface NodeObject extends KubeObject {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] }
}
