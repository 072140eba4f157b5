import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import { runs, Tally } from './cases.js'
import { hostileText, mebibytes, mutatedBytes } from './hostile-text.js'

const tally = new Tally('kubeconfig')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-kubeconfig-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  tally.leave()
})

const good = `apiVersion: v1
kind: Config
current-context: home
clusters:
- name: home
  cluster: {server: 'https://127.0.0.1:6443', insecure-skip-tls-verify: true}
contexts:
- name: home
  context: {cluster: home, user: me, namespace: shop}
users:
- name: me
  user: {token: 'kubeconfig-token-of-the-test'}
`

/** What a file names: the server, or the sentence why it names none. */
async function reading(content: string | Uint8Array): Promise<{ server: string } | { refused: string }> {
  const kubeconfig = join(folder, 'config')
  writeFileSync(kubeconfig, content)
  try {
    const endpoint = await loadEndpoint({ kubeconfig })
    return { server: endpoint.server, ...(await endpoint.credentials()) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { refused: error.message }
  }
}

describe('a kubeconfig', () => {
  test('as kubectl writes it names its server', async () => {
    expect(await reading(good)).toMatchObject({
      server: 'https://127.0.0.1:6443',
      headers: { authorization: 'Bearer kubeconfig-token-of-the-test' },
    })
  })

  test('of any bytes is read or refused with a sentence that does not repeat its token', async () => {
    const bytes = fc.oneof(
      { weight: 4, arbitrary: mutatedBytes([good]) },
      { weight: 1, arbitrary: hostileText.map(text => Buffer.from(text)) },
      { weight: 1, arbitrary: hostileText.map(text => Buffer.from(good.replaceAll('home', () => text))) },
    )
    const property = fc.asyncProperty(bytes, async content => {
      tally.count('kubeconfig')
      const found = await reading(content)
      if ('refused' in found) expect(found.refused).not.toContain('kubeconfig-token-of-the-test')
      else expect(typeof found.server).toBe('string')
    })
    await expect(fc.assert(property, runs(150))).resolves.toBeUndefined()
  })

  // A reader that follows each alias again would make a billion of these ten lines.
  test('that grows with every line, or is a mebibyte of anything, is refused in the end', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i}: &l${i} [${i === 0 ? 'x' : Array(10).fill(`*l${i - 1}`)}]`,
    )
    for (const content of [levels.join('\n'), ...mebibytes.slice(0, 6)]) {
      tally.count('kubeconfig')
      expect(await reading(content)).toHaveProperty('refused')
    }
  })
})
