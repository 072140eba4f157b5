import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Pushgateway } from '../../sandbox/index.js'

let gateway: Pushgateway
beforeEach(async () => {
  gateway = await Pushgateway.start()
})
afterEach(() => gateway.stop())

const group = '/metrics/job/holdfast/namespace/shop'

async function push(method: string, path: string, body?: string): Promise<number> {
  const response = await fetch(gateway.url + path, { method, ...(body === undefined ? {} : { body }) })
  return response.status
}

const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text()

describe('the Pushgateway', () => {
  test('shows what was pushed, with its grouping and the time of the push', async () => {
    expect(await push('PUT', group, '# HELP a Help.\n# TYPE a gauge\na{x="1"} 3\n')).toBe(200)
    const text = await metrics()
    expect(text).toContain('# HELP a Help.\n# TYPE a gauge\na{instance="",job="holdfast",namespace="shop",x="1"} 3\n')
    expect(text).toMatch(/push_time_seconds\{instance="",job="holdfast",namespace="shop"\} 1\d{9}/)
  })

  test('POST replaces metrics of the same name, PUT the whole group', async () => {
    await push('PUT', group, 'a 1\nb 1\n')
    await push('POST', group, 'b 2\n')
    expect(await metrics()).toMatch(/\na\{[^}]*\} 1\n/)
    expect(await metrics()).toMatch(/\nb\{[^}]*\} 2\n/)
    await push('PUT', group, 'b 3\n')
    expect(await metrics()).not.toMatch(/\na\{/)
  })

  test('reads label values in base64, slashes and emptiness too', async () => {
    const slash = Buffer.from('a/b').toString('base64url')
    await push('PUT', `/metrics/job@base64/${slash}/empty@base64/=/plain/x%20y`, 'a 1\n')
    expect(gateway.groupings()).toEqual([{ job: 'a/b', empty: '', plain: 'x y' }])
  })

  test('deletes exactly the group that is named', async () => {
    await push('PUT', group, 'a 1\n')
    await push('PUT', '/metrics/job/holdfast', 'a 2\n')
    expect(await push('DELETE', '/metrics/job/holdfast')).toBe(202)
    expect(gateway.groupings()).toEqual([{ job: 'holdfast', namespace: 'shop' }])
  })

  test.each([
    ['a 1 1700000000000\n', 'a timestamp'],
    ['a one\n', 'a value that is no number'],
    ['a{x=1} 1\n', 'labels without quotes'],
    ['a 1', 'no newline at the end'],
    ['a 1\na 2\n', 'one series twice'],
  ])('refuses %j: %s, and remembers when', async body => {
    expect(await push('POST', group, body)).toBe(400)
    expect(await metrics()).toMatch(/push_failure_time_seconds\{[^}]*\} 1\d{9}/)
  })

  test('refuses one name with two types', async () => {
    await push('PUT', '/metrics/job/other', '# TYPE a counter\na 1\n')
    expect(await push('PUT', group, '# TYPE a gauge\na 1\n')).toBe(400)
  })

  test('lists its groups as JSON', async () => {
    await push('PUT', group, '# TYPE a gauge\na 1.5\n')
    const { status, data } = (await (await fetch(`${gateway.url}/api/v1/metrics`)).json()) as Record<string, unknown>
    expect(status).toBe('success')
    expect(data).toMatchObject([
      {
        labels: { job: 'holdfast', namespace: 'shop' },
        last_push_successful: true,
        a: { type: 'GAUGE', metrics: [{ labels: { job: 'holdfast', namespace: 'shop', instance: '' }, value: '1.5' }] },
      },
    ])
  })

  test('can be told to fail', async () => {
    gateway.failWith(503)
    expect(await push('POST', group, 'a 1\n')).toBe(503)
    gateway.failWith(undefined)
    expect(await push('POST', group, 'a 1\n')).toBe(200)
  })
})
