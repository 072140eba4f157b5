import { Retention, Schedule } from '../../constructs/index.js'
import type { Reason } from '../../lib/reason.js'
import type { SnapshotReport, StepReport } from '../../lib/report.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { CannedContainer } from '../../test/simulation/canned-container.js'
import type { CannedOptions } from '../../test/simulation/canned-launcher.js'
import { seededRandom } from '../../test/simulation/seeded-random.js'
import { simulatedPolicy } from '../../test/simulation/simulated-policy.js'
import { bytesOf, pictured, type Volume, volumeOf, volumes } from './volume.js'

const day = 86_400_000
/** Days before the moment of the picture. */
const ago = (now: number) => (pictured - now) / day

/** When the claim of wiki/pages is deleted, in days before the picture. */
export const claimDeleted = 2.4

/** The objects of all volumes: a namespace, a store and a policy for each. */
export function fleetObjects(): KubeObject[] {
  const namespaces = [...new Set(volumes.map(({ namespace }) => namespace))]
  return namespaces.flatMap(namespace =>
    simulatedPolicy({
      namespace,
      claims: volumes.filter(each => each.namespace === namespace).map(({ claim }) => claim),
      backup: claim => {
        const { cron, objective, backup } = volumeOf(namespace, claim) as Volume
        return {
          schedule: Schedule.cron(cron),
          recoveryPointObjective: objective,
          retention: Retention.keep({ daily: 14 }),
          retryConfig: { maxRetry: 1, delay: '5m' },
          ...backup,
        }
      },
      repository: { maintenance: { check: { interval: '24h' }, prune: { interval: '84h' } } },
    }),
  )
}

/** What the steps say and how long they take, as the volumes’ stories go. */
export class Stories implements CannedOptions {
  readonly #now: () => number
  readonly #random = seededRandom(7)
  readonly #stored = new Map<string, number>()
  readonly #snapshots = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  readonly seconds = (container: CannedContainer): number => {
    const volume = backedUp(container)
    // It is asked twice of the same container, and longer days are longer for all.
    if (volume !== undefined) return Math.round(volume.minutes * 60 * (1 + Math.sin(this.#now() / day) / 8))
    return container.step === 'maintain' ? 90 : 2
  }

  readonly change: NonNullable<CannedOptions['change']> = container => {
    if (container.step === 'maintain') return this.#maintain(container.flags.text('namespace'))
    const volume = backedUp(container)
    if (volume === undefined) return undefined
    return failure(volume, ago(this.#now())) ?? (facts => this.#backUp(volume, facts))
  }

  #maintain(namespace: string): ReturnType<NonNullable<CannedOptions['change']>> {
    // The store of analytics refuses to delete: its maintenance is not done any more.
    if (namespace === 'analytics' && ago(this.#now()) < 3.2) return 1
    const figures = { totalBytes: this.#stored.get(namespace) ?? 0, snapshotCount: this.#snapshots.get(namespace) ?? 0 }
    return ({ maintenance }) => ({ maintenance: { ...maintenance, ...figures } })
  }

  #backUp(volume: Volume, { snapshots = [] }: Partial<StepReport>): Partial<StepReport> {
    const { namespace, gigabytes } = volume
    const isFirst = !this.#stored.has(`${namespace}/${volume.claim}`)
    // restic compresses; the first backup brings everything.
    const added = bytesOf(isFirst ? gigabytes * 0.6 : volume.addedGigabytes * this.#about() * this.#flood(volume))
    this.#stored.set(`${namespace}/${volume.claim}`, added)
    this.#stored.set(namespace, (this.#stored.get(namespace) ?? 0) + added)
    this.#snapshots.set(namespace, (this.#snapshots.get(namespace) ?? 0) + 1)
    const seconds = volume.minutes * 60
    const sized = ({ files, ...snapshot }: SnapshotReport): SnapshotReport => {
      const sizes = { totalBytes: bytesOf(gigabytes), uploadedBytes: added, seconds }
      return { ...snapshot, ...sizes, files: { ...files, total: gigabytes * 900 } }
    }
    return { snapshots: snapshots.map(sized), ...incompleteness(volume, ago(this.#now())) }
  }

  /** Somebody began to upload raw films yesterday. */
  #flood({ namespace, claim }: Volume): number {
    return namespace === 'media' && claim === 'uploads' && ago(this.#now()) < 0.9 ? 25 : 1
  }

  /** Days differ. */
  #about(): number {
    return 0.8 + this.#random() * 0.4
  }
}

/** The volume that a mover backs up; its host is the namespace and the claim. */
function backedUp({ step, flags }: CannedContainer): Volume | undefined {
  if (step !== 'pvc-backup') return undefined
  const [namespace = '', claim = ''] = flags.text('hostname').split('/')
  return volumeOf(namespace, claim)
}

function failure({ namespace, claim }: Volume, daysAgo: number): Partial<StepReport> | undefined {
  const failed = (reason: Reason, message: string): Partial<StepReport> => {
    return { outcome: 'Failed', reason, message, snapshots: [] }
  }
  // The mail server was moved away from its volume last night.
  if (namespace === 'crm' && claim === 'mail' && daysAgo < 1) return failed('EmptySource', 'there was no file')
  // One bad night that is over.
  if (namespace === 'media' && daysAgo > 4.2 && daysAgo < 4.6)
    return failed('BackendUnreachable', 'the store did not answer')
  return undefined
}

function incompleteness({ namespace }: Volume, daysAgo: number): Partial<StepReport> {
  if (namespace !== 'analytics' || daysAgo > 1) return {}
  return { outcome: 'Partial', reason: 'SourceUnreadable', message: '3 files could not be read' }
}
