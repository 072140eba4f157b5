/** A stretch of the past, in milliseconds of age. */
export interface AgeBand {
  readonly name: string
  readonly from: number
  readonly to: number
}

const day = 86_400_000

/** The past as people ask for it: what was there yesterday, last week, last month, in the last quarter and year. */
export const ageBands = [
  { name: 'day', from: 0, to: day },
  { name: 'week', from: day, to: 7 * day },
  { name: 'month', from: 7 * day, to: 31 * day },
  { name: 'quarter', from: 31 * day, to: 92 * day },
  { name: 'year', from: 92 * day, to: 365 * day },
] as const satisfies readonly AgeBand[]

const oldestAge = 365 * day

export type AgeBandName = (typeof ageBands)[number]['name']

interface Point {
  readonly moment: { readonly at: number }
}

/** Greatest time between neighbouring restorable points by age; undefined where nothing as old can be restored. */
export type Gaps = Readonly<Record<AgeBandName, number | undefined>>

/**
 * The greatest gaps at a moment, in milliseconds: between a point and the next older one, and between now and the
 * newest. A gap counts for every band that it touches. The points are sorted, newest first.
 */
export function gapsAt(now: number, points: readonly Point[]): Gaps {
  const gaps: Record<AgeBandName, number | undefined> = noGaps()
  let later = now
  for (const { moment } of points) {
    // Nobody asks about older ones.
    if (now - later >= oldestAge) break
    const gap = later - moment.at
    for (const { name, from, to } of ageBands) {
      if (now - later < to && now - moment.at > from && gap > (gaps[name] ?? 0)) gaps[name] = gap
    }
    later = moment.at
  }
  return gaps
}

/** Of each band the greater gap. */
export function greaterGaps(a: Gaps, b: Gaps): Gaps {
  const greater = noGaps()
  for (const { name } of ageBands) {
    const most = Math.max(a[name] ?? -1, b[name] ?? -1)
    greater[name] = most < 0 ? undefined : most
  }
  return greater
}

/** Gaps of a history without a point. */
export const noGaps = (): Record<AgeBandName, number | undefined> => ({
  day: undefined,
  week: undefined,
  month: undefined,
  quarter: undefined,
  year: undefined,
})
