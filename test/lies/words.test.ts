import { afterAll, describe, expect, test } from '@jest/globals'
import { recordFigures } from '../faults/figures.js'
import { backupLies, openingLies } from './backup-lies.js'
import { confirmationLies } from './confirmation-lies.js'
import { FlowLab } from './flow.js'
import { maintenanceLies } from './maintenance-lies.js'
import { readRecording } from './recording.js'
import { restoreLies } from './restore-lies.js'
import { namelessness } from './verdict.js'
import type { WordLie } from './word-lie.js'
import { LyingWorld } from './world.js'

const lab = new FlowLab()
const world = new LyingWorld(lab, readRecording())
const tally: Record<string, number> = {}
const count = (kind: string) => {
  tally[kind] = (tally[kind] ?? 0) + 1
}
afterAll(() => {
  lab.close()
  recordFigures('lies-words', tally)
})

const kinds = {
  backup: backupLies,
  confirmation: confirmationLies,
  opening: openingLies,
  restore: restoreLies,
  maintenance: maintenanceLies,
}
const row = (kind: string) => (lie: WordLie) => [`${lie.flow}, ${lie.key} says ${lie.says}`, kind, lie] as const
const rows = Object.entries(kinds).flatMap(([kind, lies]) => lies.map(row(kind)))
const lies = rows.filter(([, , { reason }]) => reason !== undefined)
const truths = rows.filter(([, , { reason }]) => reason === undefined)

const tell = ({ flow, key, make, reality }: WordLie) =>
  world.tell({ flow, key, said: make(world.truth(flow, key)), ...(reality === undefined ? {} : { reality }) })

describe('a lie ends by its name', () => {
  test.each(lies)('%s', async (_says, kind, lie) => {
    const { believed, verdict } = await tell(lie)
    expect({ ...verdict, believed, nameless: namelessness(verdict) }).toMatchObject({
      believed: 'not',
      reason: lie.reason,
      nameless: undefined,
    })
    count(kind)
  })
})

describe('what says nothing false is believed', () => {
  test.each(truths)('%s', async (_says, _kind, lie) => {
    const { believed, verdict } = await tell(lie)
    expect({ believed, verdict }).toMatchObject({ believed: 'truth' })
    count('truths')
  })
})

describe('a repository is never touched for an error', () => {
  test.each(openingLies.filter(({ key }) => key === 'cat config #1').map(row('opening')))(
    '%s: no init follows',
    async (_says, _kind, lie) => {
      const { course } = await tell(lie)
      expect(course.calls.map(({ key }) => key)).not.toContain('init #1')
    },
  )

  test('the lie that there is no repository makes none over the one that is there', async () => {
    const absent = { ...world.truth('first', 'cat config #1') }
    const { course, verdict } = await world.tell({ flow: 'restore', key: 'cat config #1', said: absent })
    expect(verdict).toMatchObject({ phase: 'Failed', reason: 'RepositoryVanished' })
    expect(course.calls.map(({ key }) => key)).not.toContain('init #1')
  })

  test('nothing is unlocked, forgotten or pruned in another repository', async () => {
    const [replaced] = maintenanceLies.filter(({ reason }) => reason === 'RepositoryReplaced').map(tell)
    const course = (await replaced)?.course
    expect(course?.calls.map(({ key }) => key)).toEqual(['cat config #1'])
  })
})
