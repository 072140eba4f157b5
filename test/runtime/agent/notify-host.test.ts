import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Notify } from '../../../constructs/index.js'
import { Flags } from '../../../runtime/agent/flags.js'
import type { AgentHost } from '../../../runtime/agent/host.js'
import { notify } from '../../../runtime/agent/notify.js'
import { podOf } from '../../../runtime/agent/pod.js'
import { systemClock } from '../../../runtime/kube/clock.js'
import { failedSummary } from '../../lib/notification/summary-fixture.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-notify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The first label is the credential: it says whose receiver it is.
const host = 'abcdef0123456789secret.m.pipedream.net'

test.each([
  `getaddrinfo ENOTFOUND ${host}`,
  `Hostname/IP does not match certificate's altnames: Host: ${host}. is not in the cert's altnames: DNS:*.example.com`,
])('a host that a Secret holds appears nowhere when the network says: %s', async said => {
  const log: string[] = []
  const agent = {
    clock: systemClock,
    env: {},
    // One try is enough.
    stopSignal: () => ({ asked: true, signal: new AbortController().signal }),
    log: (line: string) => log.push(line),
    http: async () => {
      throw new Error(said)
    },
  } as unknown as AgentHost
  const notifications = JSON.stringify(Notify.slack({ url: { secretName: 'chat' } }))
  writeFileSync(join(folder, '0'), `https://${host.replace('abc', 'ABC')}/`)
  const flags = {
    ...{ event: 'Failed', session: JSON.stringify(failedSummary), notifications },
    'request-secrets': folder,
  }
  const ending = await notify(new Flags(new Map(Object.entries(flags))), podOf(agent, 'notify'))
  expect(ending.outcome).toBe('Failed')
  expect(JSON.stringify([ending, log])).not.toMatch(/abcdef0123456789secret|pipedream/i)
})
