import { digest } from './digest.js'

/** Longest name of a CronJob: Kubernetes adds `-<minutes since the epoch>` for its Jobs. */
export const cronJobNameLength = 52
/** Longest DNS-1123 label: pods take their host name from their Job’s name. */
export const labelLength = 63

/**
 * A DNS-1123 label made of parts. A short and clean text stays as it is; any other is cut and carries a digest of
 * all its parts, at exactly `length` characters, which no natural name reaches: so no two inputs share a name.
 */
export function boundedName(parts: readonly string[], length: number = labelLength): string {
  const natural = parts.join('-')
  if (natural.length < length && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(natural)) return natural
  const clean = natural
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
  const hash = digest(JSON.stringify(parts))
  const head = clean.slice(0, length - 13)
  return `${head}${head === '' ? '' : '-'}${hash.slice(0, length - head.length - (head === '' ? 0 : 1))}`.slice(
    0,
    length,
  )
}

/** Name of the CronJob that triggers a configuration; its ServiceAccount, Role and RoleBinding share it. */
export function triggerName(configuration: string): string {
  return boundedName([configuration, 'trigger'], cronJobNameLength)
}

/** The scheduled minute as names carry it: `202611220300`, UTC. */
export function slotStamp(slot: Date): string {
  return slot.toISOString().slice(0, 16).replace(/[-T:]/g, '')
}

/** Name of the session of one slot: whoever computes it, trigger or controller, computes the same. */
export function sessionName(configuration: string, slot: Date): string {
  return boundedName([configuration, slotStamp(slot)])
}

/** Name of a session made by hand; `salt` tells two of them apart. */
export function manualSessionName(configuration: string, salt: string): string {
  return boundedName([configuration, 'manual', digest(salt, 8)])
}

/**
 * The scheduled minute of a CronJob’s Job: the suffix of its name is minutes since the epoch (Kubernetes CronJob v2).
 * Undefined for a Job made by hand, whose suffix is anything else.
 */
export function slotOfJob(jobName: string, cronJobName: string): Date | undefined {
  const match = /^(.*)-([0-9]{7,9})$/.exec(jobName)
  return match?.[1] === cronJobName ? new Date(Number(match[2]) * 60_000) : undefined
}

/** Name of the Job of one attempt; the uid keeps a session that was made again from adopting an old Job. */
export function attemptJobName(session: string, uid: string, attempt: number): string {
  return uniqueName(session, `${digest(uid, 8)}-${attempt}`)
}

/** Name of the Job that ends a session in the place of an attempt’s mover. */
export function finishJobName(session: string, uid: string, attempt: number): string {
  return uniqueName(session, `${digest(uid, 8)}-${attempt}-finish`)
}

/** Name of the Job that tells how a session ended. */
export function notifyJobName(session: string, uid: string): string {
  return uniqueName(session, `${digest(uid, 8)}-notify`)
}

/** Name of a maintain Job; `occasion` tells one run from the next. */
export function maintainJobName(repository: string, uid: string, occasion: string): string {
  return uniqueName(repository, `maintain-${digest(`${uid}/${occasion}`, 10)}`)
}

/** Name of the Job that removes the locks that a killed maintain Job left; `job` is that Job’s uid. */
export function unlockJobName(repository: string, job: string): string {
  return uniqueName(repository, `unlock-${digest(job, 10)}`)
}

/** Name of the claim that an interim volume template makes. */
export function interimClaimName(owner: string, uid: string, template: string): string {
  return uniqueName(owner, `${boundedName([template], 20)}-${digest(`${uid}/${template}`, 8)}`)
}

/** A name as a label value: Kubernetes allows 63 characters, which only cut names have here. */
export function labelValue(name: string): string {
  return name.length < labelLength ? name : boundedName([name])
}

function uniqueName(head: string, tail: string): string {
  return `${boundedName([head], labelLength - tail.length - 1)}-${tail}`
}
