import type { ContainerStatus, PodObject } from './objects.js'

/** As Kubernetes names the pods of a Job: what the Job’s name leaves room for, and five characters of chance. */
const longestName = 63
const suffixLength = 5

/**
 * Host name of a Job’s pod whose container was killed, by the kubelet’s own word: one ended with an exit code other
 * than 0 (the agent’s is always 0), none runs, and none can start any more. What such a pod held, nobody holds.
 * Undefined in every other case, above all where the kubelet does not know what became of a container.
 */
export function deadHostOf(job: string, pod: PodObject | undefined): string | undefined {
  if (pod === undefined) return undefined
  const { name } = pod.metadata
  // Labels and owners are anybody’s to write: no other name than one that this Job’s pods get is ever used.
  const head = `${job}-`.slice(0, longestName - suffixLength)
  const ofJob = name.startsWith(head) && /^[a-z0-9]{5}$/.test(name.slice(head.length))
  // The kubelet takes other names as they are, but no pod can ask for one.
  const isLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
  return ofJob && isLabel && isDead(pod) ? name : undefined
}

function isDead({ status }: PodObject): boolean {
  const [init, main] = [status?.initContainerStatuses ?? [], status?.containerStatuses ?? []]
  const all = [...init, ...main]
  if (all.some(({ state }) => state?.running !== undefined || state?.terminated?.reason === 'ContainerStatusUnknown'))
    return false
  // After an init container that failed nothing starts; the last containers start together.
  return init.some(hasFailed) || (main.some(hasFailed) && all.every(({ state }) => state?.terminated !== undefined))
}

const hasFailed = ({ state }: ContainerStatus): boolean => (state?.terminated?.exitCode ?? 0) !== 0
