import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Notify } from '../../../constructs/index.js'
import type { Notification } from '../../../lib/api/notification.js'
import type { SessionSummary } from '../../../lib/notification/summary.js'
import { failedSummary } from '../../lib/notification/summary-fixture.js'
import { AgentLab } from './agent-lab.js'
import { elsewhere, Receiver } from './receiver.js'

let lab: AgentLab
let receiver: Receiver
beforeAll(async () => {
  lab = new AgentLab()
  receiver = await Receiver.start()
})
afterEach(() => {
  receiver.received.length = 0
})
afterAll(() => {
  receiver.stop()
  lab.close()
})

const chat = { secretName: 'chat' }
const token = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXX'

/** Runs the agent as the notify container would, each reference to a Secret resolved to what is given. */
function tell(
  notifications: readonly Notification[],
  held: readonly (string | Uint8Array)[],
  summary: SessionSummary = failedSummary,
) {
  const due = notifications.filter(each => each.on.includes(summary.phase))
  const folder = lab.secret(Object.fromEntries(held.map((value, index) => [String(index), value])))
  const flags = { event: summary.phase, session: JSON.stringify(summary), notifications: JSON.stringify(due) }
  return lab.run('notify', { ...flags, 'request-secrets': folder })
}

describe('notify', () => {
  test('tells Slack in blocks of plain text, whatever the message holds', async () => {
    const message = 'file "x" <!channel> said "}]} \\ \n\u2028'
    const { report, code } = await tell(Notify.slack({ url: chat }), [receiver.url(token)], {
      ...failedSummary,
      message,
    })
    expect({ code, ...report }).toMatchObject({ code: 0, outcome: 'Succeeded', reason: 'NotificationsSent' })
    const [post] = receiver.received
    expect(post).toMatchObject({ method: 'POST', url: token, headers: { 'content-type': 'application/json' } })
    const body = JSON.parse(post?.body ?? '')
    expect(body.text).toBe('Failed: shop/orders')
    const [attachment] = body.attachments
    expect(attachment.color).toBe('#d1242f')
    expect(attachment.blocks.at(-1)).toEqual({
      type: 'section',
      text: { type: 'plain_text', text: `Message: ${message}`, emoji: false },
    })
    expect(attachment.blocks[1].fields.map((field: { text: string }) => field.text)).toContain(
      'Added: 1.5 GiB of 5 GiB',
    )
    expect(post?.body).not.toContain('mrkdwn')
  })

  test('tells Teams in an Adaptive Card without Markdown', async () => {
    await tell(Notify.teams({ url: chat }), [receiver.url('/workflows/abc/triggers?api-version=1&sig=SECRETSIGNATURE')])
    const [post] = receiver.received
    expect(post?.url).toBe('/workflows/abc/triggers?api-version=1&sig=SECRETSIGNATURE')
    const [{ contentType, content }] = JSON.parse(post?.body ?? '').attachments
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
    expect(content.body[0].style).toBe('attention')
    expect(content.body.at(-1).inlines.at(-1)).toEqual({ type: 'TextRun', text: failedSummary.message })
    expect(post?.body).not.toContain('"TextBlock"')
  })

  test('gives a webhook the summary with its numbers, and headers of a Secret', async () => {
    const headers = { 'X-Cluster': '$(CLUSTER)', Authorization: { secretName: 'hook', key: 'authorization' } }
    const { report } = await tell(Notify.webhook({ url: chat, headers }), [receiver.url('/in'), 'Bearer abcdefgh'])
    expect(report?.outcome).toBe('Succeeded')
    const [post] = receiver.received
    expect(post?.headers).toMatchObject({ 'x-cluster': 'eu', authorization: 'Bearer abcdefgh' })
    expect(JSON.parse(post?.body ?? '')).toEqual(failedSummary)
  })

  test('sends a webhook’s own body, filled', async () => {
    const body = { alert: '$(PHASE)', labels: { claim: '$(TARGET)' }, fixed: 3 }
    await tell(Notify.webhook({ url: receiver.url('/own?x=1'), body }), [])
    const [post] = receiver.received
    expect(post?.url).toBe('/own?x=1')
    expect(JSON.parse(post?.body ?? '')).toEqual({ alert: 'Failed', labels: { claim: 'orders-data' }, fixed: 3 })
  })

  test.each([
    ['Started', '/start'],
    ['Succeeded', ''],
    ['PartiallySucceeded', ''],
    ['Failed', '/fail'],
    ['Skipped', '/log'],
  ] as const)('pings a check when a session has %s', async (phase, suffix) => {
    const check = '/ping/0b2f5a2e-1111-4222-8333-944455556666'
    await tell(Notify.healthchecks({ url: chat }), [receiver.url(check)], { ...failedSummary, phase })
    expect(receiver.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${check}${suffix}?rid=${failedSummary.sessionUid}`,
    ])
    expect(receiver.received[0]?.body).toContain(`BackupSession shop/orders-202611230300 ${phase}`)
  })

  test('tries again what may pass, and not what will not', async () => {
    receiver.answers.push(503)
    const passed = await tell(Notify.webhook({ url: chat }), [receiver.url('/busy')])
    expect([passed.report?.outcome, receiver.received.length]).toEqual(['Succeeded', 2])
    receiver.answers.push(404)
    const refused = await tell(Notify.webhook({ url: chat }), [receiver.url('/gone')])
    expect(receiver.received).toHaveLength(3)
    expect(refused).toMatchObject({
      code: 0,
      report: {
        outcome: 'Failed',
        reason: 'NotificationFailed',
        message: 'webhook: POST to the URL of Secret chat (url) answered 404',
      },
    })
  })

  test('does not take a redirect for a receipt, follows none, and does not say where it leads', async () => {
    receiver.answers.push(302)
    const { report, output, message } = await tell(Notify.webhook({ url: chat }), [receiver.url('/old-address')])
    expect(report?.outcome).toBe('Failed')
    expect(report?.message).toContain('answered 302, a redirect, which is not followed')
    expect(receiver.received.map(each => each.url)).toEqual(['/old-address'])
    expect(output + message).not.toContain(elsewhere)
  })

  test('tells the others when one cannot be told, and names the Secret that is missing', async () => {
    const both = [...Notify.slack({ url: { secretName: 'absent' } }), ...Notify.webhook({ url: receiver.url('/in') })]
    const { report } = await tell(both, [])
    expect(report).toMatchObject({
      outcome: 'Failed',
      message: 'slack: Secret absent is not there, or its key url is missing or empty',
    })
    expect(receiver.received.map(each => each.url)).toEqual(['/in'])
  })

  test.each([
    ['has a NUL', Buffer.from(`http://127.0.0.1${token}\0`), 'is no text: it has a NUL'],
    ['is not UTF-8', Buffer.from([0x68, 0xff, 0xfe, ...Buffer.from(token)]), 'is no text: it is not UTF-8'],
    ['is longer than an argument', `http://127.0.0.1${token}`.padEnd(200_000, 'x'), 'has 200000 bytes; at most 32768'],
  ])('names a Secret whose value %s, quotes none of it, and tells the others', async (_what, value, problem) => {
    const both = [...Notify.slack({ url: chat }), ...Notify.webhook({ url: receiver.url('/in') })]
    const { code, report, output, message } = await tell(both, [value])
    expect({ code, ...report }).toMatchObject({ code: 0, outcome: 'Failed', reason: 'NotificationFailed' })
    expect(report?.message).toBe(
      `slack: what Secret chat holds at key url ${problem}${problem.startsWith('has') ? ' are taken' : ''}`,
    )
    expect(receiver.received.map(each => each.url)).toEqual(['/in'])
    expect(output + message).not.toContain('XXXXXXXX')
  })

  test.each([
    ['a receiver that refuses', () => receiver.url(token), 403],
    ['a text that is no URL', () => `${token} is it`, 200],
    ['another kind of URL', () => `ftp://user:hunter22@host${token}`, 200],
  ])('shows no credential with %s', async (_what, url, answer) => {
    receiver.answers.push(answer)
    const { report, output, message, commandLines } = await tell(Notify.slack({ url: chat }), [url()])
    expect(report?.outcome).toBe('Failed')
    receiver.answers.length = 0
    for (const text of [output, message, ...commandLines]) {
      expect(text).not.toContain('XXXXXXXXXXXXXXXX')
      expect(text).not.toContain('hunter22')
    }
  })
})
