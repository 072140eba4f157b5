import type { SendHttp } from '../../runtime/agent/host.js'
import type { Clock } from '../../runtime/kube/clock.js'
import type { Pushgateway } from '../../sandbox/index.js'
import type { DirectTransport } from './direct-transport.js'
import type { VirtualClock } from './virtual-clock.js'

/** What the processes of a simulated world stand on. */
export interface Ground {
  readonly clock: VirtualClock
  /** The world's own chance: the same in every run with the same seed. */
  readonly random: () => number
  readonly pushgateway: Pushgateway
  /** Connections to the API of a process of its own; its deadlines are those of the given clock, by default the world's. */
  connect(identity: string, clock?: Clock): DirectTransport
}

/** HTTP to the world's Pushgateway, without a socket. While `isDead` nothing arrives and nothing is answered. */
export function pushgatewayHttp(pushgateway: Pushgateway, isDead: () => boolean = () => false): SendHttp {
  return ({ method, address, body = '', signal }) =>
    new Promise((resolve, reject) => {
      setImmediate(() => {
        if (isDead()) return
        if (signal.aborted) return reject(signal.reason)
        const answer = pushgateway.answer(method, address.path, body)
        setImmediate(() => {
          if (!isDead()) resolve({ status: answer.status, headers: { 'content-type': answer.type }, body: answer.body })
        })
      })
    })
}
