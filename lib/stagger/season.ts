import { clockChanges, offsetAt } from '../calendar/zone.js'

/** One state of the clocks: for each zone, minutes ahead of UTC. */
export type Season = ReadonlyMap<string, number>

const reference = Date.UTC(2024, 0, 1) / 60_000

/** Every state that the clocks of some zones have together within the years 2024 to 2037; one when there is only UTC. */
export function seasonsOf(timeZones: Iterable<string>): readonly Season[] {
  const zones = [...new Set(timeZones)].sort()
  const changes = zones
    .flatMap(zone => clockChanges(zone).map(change => ({ zone, ...change })))
    .sort((a, b) => a.at - b.at || (a.zone < b.zone ? -1 : 1))
  let now: Season = new Map(zones.map(zone => [zone, offsetAt(zone, reference)]))
  const seasons = new Map([[nameOf(now), now]])
  changes.forEach(({ zone, at, after }, index) => {
    now = new Map(now).set(zone, after)
    // Zones that change in the same minute have no state between.
    if (changes[index + 1]?.at !== at) seasons.set(nameOf(now), now)
  })
  return [...seasons.values()]
}

const nameOf = (season: Season) => [...season.values()].join(' ')
