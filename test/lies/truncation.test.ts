import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { recordFigures } from '../faults/figures.js'
import { exitCodes, expectedReason } from './expected-reason.js'
import { FlowLab, type FlowName, flowNames } from './flow.js'
import { readRecording } from './recording.js'
import { namelessness } from './verdict.js'
import { type Lie, LyingWorld, type Told } from './world.js'

jest.setTimeout(30 * 60_000)

const everything = process.env['HOLDFAST_FAULTS'] === 'all'
/**
 * Where words are cut by default: at every 11th byte and at each of the last 40 with exit code 0, and with the other
 * codes, which end the same wherever the words are cut, at every 97th. HOLDFAST_FAULTS=all cuts at every byte.
 */
const isCut = (length: number, whole: number, code: number | null) =>
  everything ||
  length === 0 ||
  length === whole ||
  length % (code === 0 ? 11 : 97) === 0 ||
  (code === 0 && whole - length < 40)
const lab = new FlowLab()
const world = new LyingWorld(lab, readRecording())
const tally = { lies: 0, caught: 0, truths: 0 }
const explained = new Map<string, number>()

afterAll(() => {
  lab.close()
  recordFigures('lies-truncated', { ...tally, ...Object.fromEntries(explained) })
})

/** Every beginning of a call’s recorded output with every exit code, but the truth itself. */
function* truncations(flow: FlowName): Generator<Lie> {
  for (const { key } of world.calls(flow)) {
    const truth = world.truth(flow, key)
    for (const code of exitCodes) {
      for (let length = truth.stdout.length; length >= 0; length--) {
        const isTruth = code === truth.code && length === truth.stdout.length
        const said = {
          stdout: truth.stdout.subarray(0, length),
          stderr: truth.code === 0 ? truth.stderr : nothing,
          code,
        }
        const signal = code === null ? { signal: 'SIGKILL' } : {}
        if (isCut(length, truth.stdout.length, code) && !isTruth) yield { flow, key, said: { ...said, ...signal } }
      }
    }
  }
}
const nothing = new Uint8Array()

/** Why a shortened output may be believed: what is recorded is true, for it says all that restic has to say. */
function explanation({ lie: { flow, key, said }, verdict, believed }: Told): string | undefined {
  const truth = world.truth(flow, key)
  const command = key.replace(/ #\d$/, '')
  if (said.code !== 0) return undefined
  if (command === 'forget' && said.stdout.length === 0 && verdict.facts.includes('"kept":0,"removed":0'))
    return 'an empty account is what restic gives when no snapshot matched'
  if (believed === 'lie') return undefined
  if (said.stdout.length === truth.stdout.length - 1) return 'only the newline at the end is missing'
  return ['prune', 'unlock'].includes(command) ? 'the exit code is all that the command has to say' : undefined
}

const named = ({ lie, verdict }: Told) =>
  `${lie.flow}: ${lie.key} cut to ${lie.said.stdout.length} bytes, exit code ${lie.said.code}: ${JSON.stringify(verdict)}`

describe('restic’s recorded words, cut off at every byte and with every exit code', () => {
  test.each(flowNames)('none of them becomes a success, and each has its name: %s', async flow => {
    const wrong: string[] = []
    for (const lie of truncations(flow)) {
      const told = await world.tell(lie)
      tally.lies += 1
      if (told.believed !== 'not') {
        const why = explanation(told)
        if (why === undefined) wrong.push(`believed without an explanation: ${named(told)}`)
        else {
          tally.truths += 1
          explained.set(why, (explained.get(why) ?? 0) + 1)
        }
        continue
      }
      const problem = problemOf(told)
      if (problem === undefined) tally.caught += 1
      else wrong.push(`${problem}: ${named(told)}`)
    }
    expect(wrong.slice(0, 10)).toEqual([])
  })
})

function problemOf({ lie, verdict }: Told): string | undefined {
  const nameless = namelessness(verdict)
  if (nameless !== undefined) return nameless
  const whole = lie.said.stdout.length >= world.truth(lie.flow, lie.key).stdout.length - 1
  const partial = lie.said.code === 3 && lie.key.startsWith('backup') && whole
  const expected = partial ? 'SourceUnreadable' : expectedReason(lie)
  return verdict.reason === expected ? undefined : `the reason is ${verdict.reason}, and should be ${expected}`
}
