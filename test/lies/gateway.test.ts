import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { sendHttp } from '../../runtime/agent/http-request.js'
import { listGroups } from '../../runtime/agent/pushgateway.js'
import { systemClock } from '../../runtime/kube/clock.js'
import { toolPath } from '../../scripts/tools.mjs'
import { ChildServer, freePort } from '../behaviour/child-server.js'
import { recordFigures } from '../faults/figures.js'
import { FlowLab, type FlowName } from './flow.js'
import { gatewayLies, halfway, LyingServer } from './lying-gateway.js'
import { readRecording } from './recording.js'
import { LyingWorld } from './world.js'

jest.setTimeout(60_000)

const lab = new FlowLab()
const world = new LyingWorld(lab, readRecording())
const lies = Object.entries(gatewayLies)
const flows: readonly [FlowName, string][] = [
  ['known', 'update-status'],
  ['restore', 'update-status'],
  ['finish', 'finish'],
]
/** A clock whose seconds are short: what waits for a time-out does so for 50 ms. */
const brisk = { ...systemClock, after: (ms: number, callback: () => void) => systemClock.after(ms / 100, callback) }
let caught = 0
let address: string
let gateway: ChildServer

beforeAll(async () => {
  const port = await freePort('127.0.0.1')
  gateway = ChildServer.start(toolPath('pushgateway'), [`--web.listen-address=127.0.0.1:${port}`])
  await gateway.accepts(port, '127.0.0.1')
  address = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await gateway.stop()
  lab.close()
  recordFigures('lies-pushgateway', { lies: lies.length * flows.length, caught })
})

async function told(flow: FlowName, step: string, url: string, clock = brisk) {
  const [first] = world.calls(flow)
  const key = first?.key ?? ''
  const flags = { [`${step}:pushgateway-url`]: url }
  return world.tell({ flow, key, said: world.truth(flow, key) }, { http: sendHttp, flags, clock })
}

describe.each(flows)('a Pushgateway that lies harms no session: %s', (flow, step) => {
  test.each(lies)('%s', async (_says, answer) => {
    const honest = await world.honest(flow)
    const server = await LyingServer.start(answer)
    const { believed, verdict, course } = await told(flow, step, server.url).finally(() => server.stop())
    expect({ believed, phase: verdict.phase, reason: verdict.reason }).toEqual({
      believed: 'truth',
      phase: honest.phase,
      reason: honest.reason,
    })
    expect(verdict.metrics).toBe('MetricsNotPushed')
    const message = course.reports.at(-1)?.metrics?.message ?? ''
    expect(message).toMatch(/^the Pushgateway (answered \d{3}|at http:\S+ cannot be reached: \S+)/)
    expect(message.length).toBeLessThan(500)
    caught += 1
  })
})

describe('a group of the Pushgateway', () => {
  test('has nothing of a push that broke off half-way', async () => {
    const server = await LyingServer.start(halfway(address))
    const { verdict } = await told('known', 'update-status', server.url).finally(() => server.stop())
    expect(verdict).toMatchObject({ phase: 'Succeeded', metrics: 'MetricsNotPushed' })
    expect(await listGroups(address)).toEqual([])
  })

  test('has everything of a push that was taken', async () => {
    const { verdict } = await told('known', 'update-status', address, systemClock)
    expect(verdict).toMatchObject({ phase: 'Succeeded', metrics: 'MetricsPushed' })
    expect(await listGroups(address)).toHaveLength(1)
  })
})
