import { afterAll, expect, test } from '@jest/globals'
import { FlowLab, flowNames } from './flow.js'
import { readRecording } from './recording.js'
import { LyingWorld } from './world.js'

const lab = new FlowLab()
afterAll(() => lab.close())

const ends = {
  first: ['Succeeded', 'SnapshotConfirmed'],
  known: ['Succeeded', 'SnapshotConfirmed'],
  finish: ['PartiallySucceeded', 'OutOfMemory'],
  restore: ['Succeeded', 'RestoreCompleted'],
  maintain: ['Succeeded', ''],
} as const

test.each(flowNames)('the recorded truth is believed: %s', async flow => {
  const { phase, reason, message, facts } = await new LyingWorld(lab, readRecording()).honest(flow)
  expect({ message, end: [phase, reason] }).toEqual({ message, end: ends[flow] })
  expect(facts).toMatch(/[0-9a-f]{64}/)
})
