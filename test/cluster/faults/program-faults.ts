import { setTimeout as sleep } from 'node:timers/promises'
import { type Ends, type Fault, unharmed } from './fault.js'
import type { Program } from './node-programs.js'
import { awaitWhole } from './wholeness.js'

/** Kills a program of Kubernetes; healing starts it again, with the state that it had on disk. */
function killed(program: Program, name: string, ends: Ends = unharmed): Fault {
  return {
    name: `${name} is killed`,
    of: program,
    ends,
    async inject({ client, programs }) {
      await programs.signal(program, 'SIGKILL')
      return async () => {
        const since = new Date()
        await programs.up()
        await awaitWhole(client, since)
      }
    },
  }
}

/** Longer than the 50 seconds after which a silent node is not ready. */
const silence = 75_000

/** The kubelet hangs until the node is not ready; what runs there goes on, and nobody hears of it. */
const nodeNotReady: Fault = {
  name: 'the node is not ready for a while',
  of: 'node',
  ends: unharmed,
  async inject({ client, programs }) {
    const stoppedAt = performance.now()
    await programs.signal('kubelet', 'SIGSTOP')
    return async () => {
      await sleep(Math.max(0, silence - (performance.now() - stoppedAt)))
      const since = new Date()
      await programs.signal('kubelet', 'SIGCONT')
      await awaitWhole(client, since)
    }
  },
}

export const programFaults: readonly Fault[] = [
  killed('kube-apiserver', 'the API server'),
  killed('etcd', 'etcd'),
  killed('kubelet', 'the kubelet'),
  killed('containerd', 'containerd'),
  killed('kube-controller-manager', 'Kubernetes’ own controller manager'),
  killed('kube-scheduler', 'the scheduler'),
  killed('coredns', 'the cluster’s DNS server'),
  killed('kube-proxy', 'the proxy of Services'),
  killed('csi', 'the volume driver'),
  nodeNotReady,
]
