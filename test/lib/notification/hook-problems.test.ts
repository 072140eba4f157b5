import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { Hook } from '../../../lib/api/hooks.js'
import { backupConfigurationKind } from '../../../lib/api/kinds.js'
import type { Notification } from '../../../lib/api/notification.js'
import { type AnyHooks, hookArgument, hookProblems } from '../../../lib/notification/hook-problems.js'
import { validateObject } from '../../../lib/schema/validate.js'

const urlFrom = { secretKeyRef: { name: 'chat', key: 'url' } }
const problemsOf = (...hooks: Parameters<typeof hookProblems>) =>
  hookProblems(...hooks).map(({ code, path, message }) => `${code} ${path}: ${message}`)
const told = (notification: Partial<Notification>): Notification => ({ name: 'chat', on: ['Failed'], ...notification })

describe('what is wrong with a template is said when it is compiled', () => {
  test('unknown variables, with the one that was meant, in every text of a request', () => {
    const httpPost = {
      urlFrom,
      path: '/$(NAMESPCE)',
      httpHeaders: [{ name: 'X-Run', value: '$(SESION)' }],
      form: [{ key: 'text', values: ['$(PHASE)', '$(ERORR)'] }],
    }
    expect(
      problemsOf({ postBackup: { httpPost }, notifications: [told({ httpPost: { urlFrom, body: '$(X)' } })] }, 'p'),
    ).toEqual([
      expect.stringMatching(/^HF2002 spec.hooks.postBackup.httpPost.path: .*did you mean \$\(NAMESPACE\)/),
      expect.stringMatching(/^HF2002 spec.hooks.postBackup.httpPost.httpHeaders\[0\].value: .*\$\(SESSION\)/),
      expect.stringMatching(/^HF2002 spec.hooks.postBackup.httpPost.form\[0\].values: .*\$\(ERROR\)/),
      expect.stringMatching(/^HF2002 spec.hooks.notifications\[0\].httpPost.body: /),
    ])
  })

  test('a variable that only the end of a session knows, where the session begins', () => {
    const httpGet = { urlFrom, path: '/start?size=$(BYTES_ADDED)&rid=$(SESSION_UID)' }
    const early = /known only when the session ends/
    expect(problemsOf({ preBackup: { httpGet } }, 'p')).toEqual([expect.stringMatching(early)])
    expect(problemsOf({ notifications: [told({ on: ['Started'], httpGet })] }, 'p')).toEqual([
      expect.stringMatching(early),
    ])
    expect(problemsOf({ notifications: [told({ on: ['Started', 'Failed'], httpGet })] }, 'p')).toEqual([])
  })

  test('a body that begins as JSON and is none, and a variable that would name a field', () => {
    const body = (text: string) => problemsOf({ notifications: [told({ httpPost: { urlFrom, body: text } })] }, 'p')
    expect(body('{"bytes": $(BYTES_ADDED)}')).toEqual([expect.stringContaining('put every $(NAME) into quotes')])
    expect(body('{"$(PHASE)": 1}')).toEqual([expect.stringContaining('a variable can only be a part of a value')])
    expect([...body('{"phase": "$(PHASE)"}'), ...body('phase $(PHASE)'), ...body('{no json, no variable')]).toEqual([])
  })
})

describe('a hook that would not fit into an argument of its container is refused, with its size and the limit', () => {
  const text = 'x'.repeat(4096)
  const form = (fields: number) =>
    Array.from({ length: fields }, () => ({ key: 'f', values: [text, text, text, text] }))
  const header = { name: 'h', value: text }
  test.each<[string, AnyHooks, string]>([
    ['its form', { postBackup: { httpPost: { port: 80, form: form(9) } } }, 'postBackup'],
    [
      'its headers and form',
      { preRestore: { httpPost: { port: 80, form: form(5), httpHeaders: Array.from({ length: 13 }, () => header) } } },
      'preRestore',
    ],
    [
      'its command',
      { postRestore: { exec: { command: Array.from({ length: 33 }, () => text) } } } as AnyHooks,
      'postRestore',
    ],
  ])('for %s', (_what, hooks, type) => {
    const found = problemsOf(hooks, 'p')
    expect(found).toEqual([expect.stringMatching(new RegExp(`^HF2007 spec.hooks.${type}: has [0-9]+ bytes as JSON`))])
    expect(found[0]).toContain('at most 131071 bytes')
  })

  test('and no sooner: the longest body fits, though JSON makes six characters of each', () => {
    expect(problemsOf({ preBackup: { httpPost: { port: 80, body: '\u0001'.repeat(16384) } } }, 'p')).toEqual([])
  })

  test('to the byte that Linux starts', () => {
    const hook = (bytes: number): Hook => ({ exec: { command: ['x'.repeat(bytes)] } })
    const structure = hookArgument(hook(0)).length
    const [fits, over] = [131071 - structure, 131072 - structure].map(hook)
    const start = (each = hook(0)) => spawnSync('true', [hookArgument(each)]).error?.message ?? 'started'
    expect([problemsOf({ preBackup: fits }, 'p'), start(fits)]).toEqual([[], 'started'])
    expect([problemsOf({ preBackup: over }, 'p').length, start(over)]).toEqual([1, expect.stringContaining('E2BIG')])
  })
})

describe('a notification that the API server takes', () => {
  const invalid = (notifications: readonly unknown[]) =>
    validateObject(
      backupConfigurationKind,
      {
        spec: {
          target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } },
          repository: { name: 'store' },
          schedule: '0 3 * * *',
          retentionPolicy: { keepLast: 1 },
          hooks: { notifications },
        },
      },
      'p',
    ).map(each => each.message)
  const chat = { name: 'chat', on: ['Failed'], httpPost: { urlFrom } }

  test.each([
    ['has one request', [{ ...chat, httpGet: { urlFrom } }], 'exactly one of httpGet, httpPost'],
    ['has a name of its own', [chat, chat], 'the same name'],
    ['knows where to', [{ ...chat, httpPost: { port: 80 } }], 'needs a host or urlFrom'],
    ['has one place', [{ ...chat, httpPost: { urlFrom, port: 80 } }], 'or urlFrom in place of all three'],
    ['has headers of one source', [{ ...chat, httpPost: { urlFrom, httpHeaders: [{ name: 'A' }] } }], 'exactly one of'],
  ])('%s', (_what, notifications, message) => {
    expect(invalid(notifications)).toEqual([expect.stringContaining(message)])
  })

  test('is one with a Secret, or with a host and port', () => {
    expect(invalid([chat, { name: 'own', on: ['Succeeded'], httpGet: { host: 'receiver', port: 80 } }])).toEqual([])
  })
})
