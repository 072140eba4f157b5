import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { backupConfigurationKind, restoreSessionKind } from '../../../lib/api/kinds.js'
import { mostNotificationBytes } from '../../../lib/notification/notification-size.js'
import { notifyContainer } from '../../../lib/notification/notify-container.js'
import { validateObject } from '../../../lib/schema/validate.js'
import { fullest, specWith } from './fullest.js'
import { failedSummary } from './summary-fixture.js'

const kinds = [backupConfigurationKind, restoreSessionKind]
const complaints = (notifications: readonly unknown[]) =>
  kinds.flatMap(definition => {
    const kind = definition === restoreSessionKind ? 'RestoreSession' : 'BackupConfiguration'
    return validateObject(definition, { spec: specWith(kind, notifications) }, kind)
  })
const posting = (httpPost: object) => ({
  name: 'chat',
  on: ['Started'],
  httpPost: { host: 'chat', port: 80, ...httpPost },
})

// A container whose argument is too long is never started; one that tells of a beginning stands before the backup.
describe('all notifications that a policy may have fit into an argument of their container', () => {
  // What JSON makes longer, what the kubelet’s own expansion makes longer, and what UTF-8 does.
  test.each(['"', '\\', '\n', '$', '€', '𝒳', 'a'])('also when their texts are full of %j', filler => {
    const notifications = fullest(filler)
    expect(complaints(notifications)).toEqual([])
    const { args = [] } = notifyContainer(notifications, failedSummary, 'Started', 'image')
    const { status, error } = spawnSync('true', args)
    expect({ status, error }).toEqual({ status: 0, error: undefined })
  })

  test('and one byte more is refused, with the place and the size', () => {
    const said = `got ${mostNotificationBytes + 1} bytes; the notifications have more than ${mostNotificationBytes} bytes`
    expect(complaints(fullest('a', 1))).toEqual(
      kinds.map(() => ({
        code: 'HF2007',
        object: expect.any(String),
        path: 'spec.hooks.notifications',
        message: expect.stringContaining(said),
      })),
    )
  })

  test('nine bodies of the greatest length are refused', () => {
    const bodies = Array.from({ length: 9 }, (_, index) => ({
      ...posting({ body: 'x'.repeat(16384) }),
      name: `n${index}`,
    }))
    expect(complaints(bodies).map(each => each.path)).toEqual(kinds.map(() => 'spec.hooks.notifications'))
  })

  test('a control character, of which JSON makes six, stands in no body and in no form', () => {
    for (const text of ['\u0000', 'a\u0001', '\u001b[1m', '\u007f'])
      for (const wrong of [{ body: text }, { form: [{ key: 'text', values: [text] }] }])
        expect(complaints([posting(wrong)])).toHaveLength(kinds.length)
    expect(complaints([posting({ body: 'one\r\n\ttwo' })])).toEqual([])
  })
})
