import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../../scripts/tools.mjs'

const run = promisify(execFile)

/** The programs that make a Kubernetes of this machine. Nothing supervises them: who is killed stays dead until `up`. */
export type Program =
  | 'containerd'
  | 'coredns'
  | 'csi'
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-proxy'
  | 'kube-scheduler'
  | 'kubelet'

/** The processes of the test cluster’s one node. */
export class NodePrograms {
  /** Folder with the pids, logs and volumes. */
  readonly state = process.env['HOLDFAST_CLUSTER'] ?? join(homedir(), '.cache/holdfast-cluster')
  readonly #tool = resolve(root, process.env['HOLDFAST_CLUSTER_TOOL'] ?? '../shared/cluster/cluster')

  async pid(program: Program): Promise<number> {
    return Number((await readFile(join(this.state, 'run', `${program}.pid`), 'utf8')).trim())
  }

  /** Sends a signal: SIGKILL as the kernel would, SIGSTOP and SIGCONT for a program that hangs for a while. */
  async signal(program: Program, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    process.kill(await this.pid(program), signal)
  }

  /** Starts what is not running, wakes a kubelet that hangs, and waits until the API server and the node are ready. */
  async up(): Promise<void> {
    await this.signal('kubelet', 'SIGCONT').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ESRCH' && error.code !== 'ENOENT') throw error
    })
    await run(this.#tool, ['up'])
  }
}
