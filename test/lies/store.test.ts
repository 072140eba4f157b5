import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { runChildProgram } from '../../runtime/agent/child-program.js'
import { toolPath } from '../../scripts/tools.mjs'
import { ChildServer, freePort } from '../behaviour/child-server.js'
import { recordFigures } from '../faults/figures.js'
import { cheapRepository } from '../simulation/restic/cheap-key.js'
import { FlowLab, type FlowName, password } from './flow.js'
import { LyingServer } from './lying-gateway.js'
import { lyingStore, type StoreCall, type StoreLie, truth } from './lying-store.js'
import { CallCounter } from './said.js'
import { namelessness, type Verdict, verdictOf } from './verdict.js'

jest.setTimeout(120_000)

let folder: string
let server: ChildServer
let upstream: string
let id: string
let otherId: string
let places = 0
const tally = { lies: 0, caught: 0, harmless: 0, 'caught later': 0 }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-lying-store-'))
  id = cheapRepository(join(folder, 'template'), password)
  otherId = cheapRepository(join(folder, 'other'), password)
  const port = await freePort('127.0.0.1')
  upstream = `http://127.0.0.1:${port}`
  const args = ['--path', folder, '--listen', `127.0.0.1:${port}`, '--no-auth']
  server = ChildServer.start(toolPath('rest-server'), args)
  await server.accepts(port, '127.0.0.1')
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  recordFigures('lies-store', tally)
})

type Choose = (call: StoreCall) => StoreLie
interface Session {
  readonly flow: FlowName
  readonly lie: Choose
  /** Milliseconds after which the pod is told to stop, for what restic tries again for a quarter of an hour. */
  readonly stopAfter?: number
}

/** Runs sessions one after the other over one repository behind a store that lies in each as it is told to. */
async function run(...sessions: readonly Session[]): Promise<Verdict[]> {
  const place = `place-${++places}`
  cpSync(join(folder, 'template'), join(folder, place), { recursive: true })
  let lie: Choose = () => truth
  const store = await LyingServer.start(lyingStore(upstream, place, call => lie(call)))
  const lab = new FlowLab(`rest:${store.url}/${place}/`)
  try {
    const verdicts: Verdict[] = []
    for (const session of sessions) {
      lie = session.lie
      verdicts.push(verdictOf(lab, session.flow, await course(lab, session)))
    }
    return verdicts
  } finally {
    await store.stop()
    lab.close()
  }
}

function course(lab: FlowLab, { flow, stopAfter }: Session) {
  lab.clearTarget()
  const flags = { 'open-patience': '1', 'retry-lock': '1s', 'maintain:read-data-subset': '100%' }
  const stop = stopAfter === undefined ? {} : { stop: AbortSignal.timeout(stopAfter) }
  const restic = toolPath('restic')
  const counter = new CallCounter()
  return lab.run(flow, counter, id, program => runChildProgram({ ...program, command: restic }), { flags, ...stop })
}

const honest = (flow: FlowName): Session => ({ flow, lie: () => truth })
const always =
  (lie: StoreLie): Choose =>
  () =>
    lie
/** Lies about requests of a kind only. */
const about =
  (method: string, path: RegExp, lie: StoreLie): Choose =>
  call =>
    call.method === method && path.test(call.path) ? lie : truth

const found: readonly [string, Session, string][] = [
  ['answers 500 to everything', { flow: 'known', lie: always({ do: 'answer', status: 500 }) }, 'BackendUnreachable'],
  ['answers 503 to everything', { flow: 'restore', lie: always({ do: 'answer', status: 503 }) }, 'BackendUnreachable'],
  ['answers 403 to everything', { flow: 'known', lie: always({ do: 'answer', status: 403 }) }, 'BackendDenied'],
  ['answers 404 to everything', { flow: 'known', lie: always({ do: 'answer', status: 404 }) }, 'RepositoryVanished'],
  ['resets every connection', { flow: 'known', lie: always({ do: 'reset' }) }, 'BackendUnreachable'],
  [
    'refuses what a backup wants to store, with 403',
    { flow: 'known', lie: about('POST', /^(data|index|snapshots)\//, { do: 'answer', status: 403 }), stopAfter: 4000 },
    'BackendDenied',
  ],
  [
    'takes locks and forgets the snapshots',
    { flow: 'known', lie: about('POST', /^snapshots\//, { do: 'drop' }) },
    'SnapshotNotConfirmed',
  ],
  [
    'answers from another repository',
    { flow: 'known', lie: always({ do: 'answer from', place: 'other' }) },
    'RepositoryReplaced',
  ],
  [
    'answers a restore from another repository',
    { flow: 'restore', lie: always({ do: 'answer from', place: 'other' }) },
    'RepositoryReplaced',
  ],
  [
    'answers maintenance from another repository',
    { flow: 'maintain', lie: always({ do: 'answer from', place: 'other' }) },
    'RepositoryReplaced',
  ],
  ['hangs', { flow: 'known', lie: always({ do: 'hang' }), stopAfter: 1500 }, 'stopped'],
  [
    'cuts every key off',
    { flow: 'known', lie: about('GET', /^keys\/./, { do: 'cut' }), stopAfter: 4000 },
    'stopped or BackendUnreachable',
  ],
]

describe('a lying store is found out at once', () => {
  test.each(found)('it %s', async (_says, session, reason) => {
    const [before, verdict] = await run(honest('known'), session)
    expect(before?.phase).toBe('Succeeded')
    tally.lies += 1
    expect(verdict?.phase).not.toBe('Succeeded')
    if (verdict?.phase === 'Running') expect(reason).toContain('stopped')
    else
      expect({ ...verdict, nameless: verdict && namelessness(verdict) }).toMatchObject({
        nameless: undefined,
        reason: reason.split(' or ').at(-1),
      })
    tally.caught += 1
  })
})

const hidden: readonly [string, Choose][] = [
  ['forgets the data', about('POST', /^data\//, { do: 'drop' })],
  ['forgets the index', about('POST', /^index\//, { do: 'drop' })],
]

describe('what a store forgets in silence restic cannot know at the time of the backup', () => {
  test.each(hidden)('it %s: the check of maintenance finds it, and a restore never succeeds', async (_says, lie) => {
    const [backup, restore, check] = await run({ flow: 'known', lie }, honest('restore'), honest('maintain'))
    tally.lies += 1
    expect(backup).toMatchObject({ phase: 'Succeeded' })
    expect(restore).toMatchObject({ phase: 'Failed', reason: 'RestoreIncomplete' })
    expect(check).toMatchObject({ phase: 'Failed', reason: 'CheckFailed' })
    tally['caught later'] += 1
  })
})

const rotten: readonly [string, StoreLie][] = [
  ['turns a bit in the data', { do: 'flip' }],
  ['cuts the data off', { do: 'cut' }],
]

describe('a store that hands out other data than it was given', () => {
  test.each(rotten)('it %s: neither restore nor check succeeds', async (_says, lie) => {
    const damaged = about('GET', /^data\//, lie)
    const [, restore, check] = await run(
      honest('known'),
      { flow: 'restore', lie: damaged, stopAfter: 8000 },
      { flow: 'maintain', lie: damaged, stopAfter: 8000 },
    )
    tally.lies += 1
    for (const verdict of [restore, check]) expect(['Failed', 'Interrupted', 'Running']).toContain(verdict?.phase)
    tally.caught += 1
  })
})

describe('a store that is only slow or sick for a while', () => {
  const patient: readonly [string, Choose][] = [
    ['drips', always({ do: 'drip' })],
    [
      'answers every fifth request with 500',
      ({ number }) => (number % 5 === 4 ? { do: 'answer', status: 500 } : truth),
    ],
  ]
  test.each(patient)('it %s: the backup is whole', async (_says, lie) => {
    const [backup, restore] = await run({ flow: 'known', lie }, honest('restore'))
    expect([backup?.phase, restore?.phase]).toEqual(['Succeeded', 'Succeeded'])
    tally.harmless += 1
  })
})

test('the other repository of these tests is another one', () => expect(otherId).not.toBe(id))
