import { describe, expect, test } from '@jest/globals'
import { podFacts } from '../../../runtime/controller/remembered.js'
import { standsSince } from '../../../runtime/controller/session/pod-verdict.js'
import { pod, waiting } from './pod-fixture.js'

const finishedAt = '2026-03-01T03:00:20Z'
const ended = { terminated: { exitCode: 0, reason: 'Completed', message: 'all', signal: 9, finishedAt } }

describe('a remembered pod', () => {
  test('says of its containers all that was said of them, also when they ended', () => {
    const seen = pod('Pending', [ended, waiting('PodInitializing', 'soon')])
    expect(podFacts(seen).status).toEqual(seen.status)
  })

  test('that stands between two of its steps is known to stand', () => {
    const seen = pod('Pending', [ended, waiting()])
    expect(standsSince(podFacts(seen))).toEqual(new Date(finishedAt))
  })
})
