import { element } from './element.js'
import { runsByRepository, type Selection } from './filter.js'
import { storedBy } from './growth-picture.js'
import type { Rows } from './rows.js'
import { bytes, money, number } from './words.js'

interface Tile {
  readonly value: string
  readonly name: string
  readonly note: string
  readonly tone?: 'good' | 'bad'
}

/** The six figures that say how a fleet stands. */
export function tiles(rows: Rows, selection: Selection): HTMLElement[] {
  return [
    problemTile(selection),
    coverageTile(selection),
    ...policyTiles(rows, selection),
    ...costTiles(rows, selection),
  ].map(({ value, name, note, tone }) =>
    element(
      'li',
      { class: tone === undefined ? 'tile' : `tile ${tone}` },
      element('span', { class: 'name' }, name),
      element('strong', {}, value),
      element('span', { class: 'note' }, note),
    ),
  )
}

function problemTile({ problems }: Selection): Tile {
  const codes = new Set(problems.map(({ entry }) => entry[0]))
  const note = codes.size === 0 ? 'every check passed' : `of ${codes.size} ${codes.size === 1 ? 'kind' : 'kinds'}`
  return { name: 'Problems', value: number(problems.length), note, tone: problems.length === 0 ? 'good' : 'bad' }
}

function coverageTile({ claims }: Selection): Tile {
  const open = claims.filter(({ status }) => status === 'unprotected').length
  const covered = claims.filter(({ status }) => status === 'protected').length
  // Never 100 % while one is open, never 0 % while one is covered.
  const share = claims.length === 0 ? 0 : Math.min(open > 0 ? 99 : 100, Math.ceil((100 * covered) / claims.length))
  const value = claims.length === 0 ? '–' : `${share} %`
  return { name: 'Claims protected', value, note: `${number(open)} of ${number(claims.length)} unprotected` }
}

function policyTiles(rows: Rows, { policies }: Selection): Tile[] {
  const weeks = [...runsByRepository(rows, policies).values()]
  const hours = Array.from({ length: 168 }, (_, hour) => weeks.reduce((sum, runs) => sum + (runs[hour] ?? 0), 0))
  const runs = hours.reduce((sum, count) => sum + count, 0)
  const paused = policies.filter(policy => policy.paused).length
  const repositories = new Set(policies.map(({ repository }) => repository)).size
  return [
    {
      name: 'Policies',
      value: number(policies.length),
      note:
        paused > 0
          ? `${number(paused)} paused`
          : `in ${number(repositories)} ${repositories === 1 ? 'repository' : 'repositories'}`,
    },
    { name: 'Runs in the week', value: number(runs), note: `at most ${number(Math.max(0, ...hours))} in an hour` },
  ]
}

function costTiles(rows: Rows, { policies }: Selection): Tile[] {
  const stored = storedBy(rows, policies)
  const cost = policies.reduce((sum, policy) => sum + policy.cost, 0)
  return [
    {
      name: 'Stored after a year',
      value: bytes(stored.at(-1) ?? 0),
      note: `${bytes(stored[0] ?? 0)} on the first day`,
    },
    { name: 'Cost of a month', value: money(cost, rows.content.currency), note: 'after a year' },
  ]
}
