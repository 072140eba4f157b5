import { isNotFound } from '../../../runtime/kube/api-error.js'
import type { ApiCall } from '../../../runtime/kube/kube-transport.js'
import { JOBS } from '../../../runtime/kube/resource.js'
import { type Ends, type Fault, type FaultWorld, unharmed } from './fault.js'
import type { Mover } from './mover.js'

type Act = (world: FaultWorld, mover: Mover) => Promise<unknown>

/** What a person or another program does to the objects of every mover; one that has just ended by itself is let go. */
function done(name: string, of: string, ends: Ends, act: Act): Fault {
  const inject = async (world: FaultWorld) => {
    const movers = await world.movers()
    await Promise.all(
      movers.map(mover =>
        act(world, mover).catch(error => {
          if (!isNotFound(error)) throw error
        }),
      ),
    )
    return async () => undefined
  }
  return { name, of, ends, flowsWait: true, inject }
}

const onPod = (call: (mover: Mover, path: string) => Pick<ApiCall, 'method' | 'path' | 'body'>): Act => {
  return ({ transport }, mover) =>
    transport.call(call(mover, `/api/v1/namespaces/${mover.namespace}/pods/${mover.pod}`), 30_000)
}

const deleted = (seconds?: number) => {
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(seconds === undefined ? {} : { gracePeriodSeconds: seconds }),
  }
  return onPod((_, path) => ({ method: 'DELETE', path, body }))
}

const evicted = onPod(({ pod: name, namespace }, path) => {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  return { method: 'POST', path: `${path}/eviction`, body }
})

/**
 * A pod that is told to go may still end by itself first, and then what it did counts: no more, no less. Between upload and
 * status there is nothing to lose, for what the mover had reported is known.
 */
function told(reason: string): Ends {
  return {
    upload: ['Succeeded in attempt 2', 'Succeeded in attempt 1'],
    stored: unharmed.stored,
    restore: [`Failed: ${reason}`, 'Succeeded'],
    maintenance: [`failed: ${reason}`, 'done'],
  }
}

export const objectFaults: readonly Fault[] = [
  done('the Job is deleted', 'Job', told('JobDeleted'), ({ client }, { job, namespace }) =>
    client.delete(JOBS, job, namespace),
  ),
  done('the pod is evicted', 'eviction', told('Evicted'), evicted),
  done('the pod is deleted', 'pod deletion', told('PodDeleted'), deleted()),
  done('the pod is deleted by force', 'forced deletion', told('PodDeleted'), deleted(0)),
]
