import { claimKey } from '../../lib/fleet/claim.js'
import type { Fleet } from '../../lib/fleet/fleet.js'
import type { FleetPolicy } from '../../lib/fleet/policy.js'
import { formatBytes, quantityBytes } from '../../lib/quantity.js'
import type { ReportContent } from './content.js'
import { Dictionary } from './dictionary.js'
import type { Estimates } from './estimates.js'
import { PolicyOutlook } from './policy-outlook.js'
import { retentionWords } from './retention-words.js'
import { growthDays } from './timeline.js'
import { runsByHour } from './week.js'

/** The figures of one policy, as indexes of what is shared and numbers of its own. */
export interface Figures {
  readonly schedule: number
  readonly week: number
  readonly retention: number
  readonly timeline: number
  readonly size: number
  readonly assumed: boolean
  readonly storage: number
  readonly requests: number
  readonly egress: number
}

/** Works the figures of policies out; what several have in common only once. */
export class PolicyFigures {
  readonly #monday: Date
  readonly #estimates: Estimates
  readonly #sizes: ReadonlyMap<string, number>
  readonly #outlook: PolicyOutlook
  readonly #schedules = new Dictionary()
  readonly #weeks = new Dictionary()
  readonly #retentions = new Dictionary()

  constructor(fleet: Fleet, monday: Date, estimates: Estimates) {
    this.#monday = monday
    this.#estimates = estimates
    this.#sizes = claimSizes(fleet)
    this.#outlook = new PolicyOutlook(fleet.policies, monday, estimates)
  }

  of(policy: FleetPolicy): Figures {
    const { schedule, spec } = policy
    const stated = this.#sizes.get(claimKey({ namespace: policy.namespace, name: policy.claim }))
    const size = stated ?? this.#estimates.size
    const week = schedule === undefined ? [] : runsByHour(schedule, this.#monday)
    return {
      schedule: this.#schedules.indexOf(scheduleWords(spec)),
      week: this.#weeks.indexOf(JSON.stringify(week)),
      retention: this.#retentions.indexOf(retentionWords(spec.retentionPolicy)),
      timeline: this.#outlook.timelineOf(policy),
      size,
      assumed: stated === undefined,
      ...this.#outlook.costOf(policy, size),
    }
  }

  /** What the policies that were asked for have in common. */
  shared(): Pick<ReportContent, 'schedules' | 'weeks' | 'retentions' | 'timelines' | 'days'> {
    return {
      schedules: this.#schedules.texts,
      weeks: this.#weeks.texts.map(text => JSON.parse(text)),
      retentions: this.#retentions.texts,
      timelines: this.#outlook.timelines,
      days: growthDays,
    }
  }

  /** What the figures rest on, for people. */
  assumptions(): [string, string][] {
    const { size, churn, prices } = this.#estimates
    const share = Math.round(churn * 1000) / 10
    return [
      ['Size', `what the claim asks for, as if it were full; ${formatBytes(size)} where git does not say`],
      ['Change', `${share} % of a volume a day, at random places; nothing is compressed or shared with other volumes`],
      ['History', 'every run succeeds; storage is shown for the first year, what is kept after the second'],
      ['Prices', `${prices.name}, ${prices.asOf}: ${prices.source}`],
    ]
  }
}

function claimSizes({ claims }: Fleet): Map<string, number> {
  return new Map(
    claims.flatMap(claim => {
      const bytes = claim.size === undefined ? undefined : bytesOf(claim.size)
      return bytes === undefined ? [] : [[claimKey(claim), bytes] as const]
    }),
  )
}

// A size that is no quantity is the API server’s to refuse.
function bytesOf(size: string): number | undefined {
  try {
    return quantityBytes(size)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function scheduleWords({ schedule, timeZone = 'UTC' }: FleetPolicy['spec']): string {
  return timeZone === 'UTC' || timeZone === 'Etc/UTC' ? schedule : `${schedule} ${timeZone}`
}
