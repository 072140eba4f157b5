import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { forgetCommand } from '../../../lib/restic/forget.js'
import { keptBy, refusalOf, refusals, type Verdict } from '../../../lib/retention/kept.js'
import { toolPath } from '../../../scripts/tools.mjs'
import { histories, policies, type Taken } from './cases.js'
import { ResticStore } from './restic-store.js'

const seed = Number(process.env['HOLDFAST_SEED'] ?? 20261122)
const run = promisify(execFile)
const now = Date.now()
const path = '/holdfast-data'
const access = {
  provider: 'local',
  insecureTLS: false,
  maxConnections: 0,
  enableCache: false,
  retryLock: '0s',
} as const

interface Group {
  readonly host: string
  readonly keep: readonly object[] | null
  readonly remove: readonly Stored[] | null
  readonly reasons: readonly { readonly snapshot: Stored; readonly matches: readonly string[] }[]
}
interface Stored {
  readonly id: string
  readonly time: string
}

async function forget(store: ResticStore, args: readonly string[]): Promise<Group[]> {
  const env = { PATH: process.env['PATH'], ...store.environment }
  const { stdout } = await run(toolPath('restic'), [...args, '--no-lock'], { env, maxBuffer: 2 ** 28 })
  return JSON.parse(stdout)
}

// Equal times in one list are equal in all that matters, so what becomes of a time is a list and not an id.
const fate = (time: string, reasons: readonly string[]) => `${time}: ${reasons.join(', ') || 'removed'}`
const fatesOf = ({ reasons, remove }: Group) =>
  [
    ...reasons.map(({ snapshot, matches }) => fate(instantOf(snapshot.time), matches)),
    ...(remove ?? []).map(({ time }) => fate(instantOf(time), [])),
  ].sort()
const ourFates = (verdicts: readonly Verdict[]) =>
  verdicts.map(({ snapshot, reasons }) => fate(instantOf(snapshot.time), reasons)).sort()
// restic prints no trailing zeros and no offset of zero.
const instantOf = (time: string) =>
  time
    .replace('+00:00', 'Z')
    .replace(/(?<=\.\d*)0+(?=[Z+-])/, '')
    .replace(/\.(?=[Z+-])/, '')

const commandFor = (host: string, policy: RetentionPolicy) =>
  forgetCommand(access, { host, path }, { ...policy, dryRun: true })

describe('keptBy', () => {
  const store = new ResticStore()
  const lists = fc.sample(histories(now), { numRuns: 100, seed })

  beforeAll(() => {
    for (const [index, list] of lists.entries()) {
      for (const taken of list) store.add({ ...taken, hostname: `case-${index}`, paths: [path] })
    }
  })
  afterAll(() => store.remove())

  test('keeps and removes what restic forget does, for the same reasons, in 4 000 random cases', async () => {
    const wanted = fc.sample(policies(), { numRuns: 40, seed }).map(policy => keepingSome(policy, lists))
    for (const policy of wanted) {
      // One process judges every list: restic groups by host, and each list has a host of its own.
      const args = commandFor('any', policy).filter(argument => !/^--(host|path)=/.test(argument))
      const groups = await forget(store, args)
      expect(groups).toHaveLength(lists.length)
      for (const group of groups) {
        const list = lists[Number(group.host.slice('case-'.length))] ?? []
        const ours = ourFates(keptBy(policy, list, new Date(now)))
        expect({ seed, policy, host: group.host, fates: ours }).toEqual({
          seed,
          policy,
          host: group.host,
          fates: fatesOf(group),
        })
      }
    }
  }, 90_000)
})

// What keeps nothing of one list ends restic’s run over all of them; those have a test of their own.
function keepingSome(policy: RetentionPolicy, lists: readonly Taken[][]): RetentionPolicy {
  const refused = lists.some(list => refusalOf(keptBy(policy, list, new Date(now))) !== undefined)
  return refused ? { ...policy, keepLast: 1 } : policy
}

describe('keptBy, for a policy of tags alone', () => {
  const store = new ResticStore()
  afterAll(() => store.remove())

  test('keeps everything where restic refuses, and nothing else of it where restic does not', async () => {
    const lists: Taken[][] = fc.sample(histories(now), { numRuns: 40, seed })
    const wanted = fc.sample(policies(['keepTags']), { numRuns: 40, seed })
    let refused = 0
    for (const [index, list] of lists.entries()) {
      const host = `shop/case-${index}`
      for (const taken of list) store.add({ ...taken, hostname: host, paths: [path] })
      const policy = wanted[index] ?? { keepTags: ['gold'] }
      const verdicts = keptBy(policy, list, new Date(now))
      if (refusalOf(verdicts) === refusals.nothingLeft) {
        refused += 1
        await expect(forget(store, commandFor(host, policy))).rejects.toThrow(/refusing to delete last snapshot/)
        expect(verdicts.every(each => each.keep)).toBe(true)
      } else {
        const [group] = await forget(store, commandFor(host, policy))
        expect(group && fatesOf(group)).toEqual(ourFates(verdicts))
      }
    }
    expect(refused).toBeGreaterThan(5)
  }, 60_000)
})
