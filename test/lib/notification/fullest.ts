import type { Notification } from '../../../lib/api/notification.js'
import { mostNotificationBytes, notificationBytes } from '../../../lib/notification/notification-size.js'

const on: Notification['on'] = ['Started', 'Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped']
const secretKeyRef = { name: 's', key: 'k' }
const names = Array.from({ length: 16 }, (_, index) => `n${index}`.padEnd(63, 'x'))

/** As much structure as the schema allows, around texts that have `filler` to grow by. */
export function fullest(filler: string, over = 0): Notification[] {
  const form = Array.from({ length: 16 }, () => ({ key: 'f', values: Array.from({ length: 16 }, () => '') }))
  const httpHeaders = Array.from({ length: 16 }, () => ({ name: 'h', valueFrom: { secretKeyRef } }))
  const place = { scheme: 'HTTPS' as const, host: 'h', port: 65535, path: '/' }
  const list = names.map(name => ({ name, on, httpPost: { ...place, httpHeaders, form: structuredClone(form) } }))
  let left = mostNotificationBytes + over - notificationBytes(list)
  const size = new TextEncoder().encode(filler).length
  for (const { values } of list.flatMap(each => each.httpPost.form)) {
    const count = Math.min(Math.floor(left / size), 4096)
    values[0] = filler.repeat(count)
    left -= count * size
  }
  const [first] = list
  if (first !== undefined) first.httpPost.path += 'a'.repeat(left)
  return list
}

/** The spec of a BackupConfiguration, or of a RestoreSession, with these notifications. */
export function specWith(kind: 'BackupConfiguration' | 'RestoreSession', notifications: readonly unknown[]): object {
  const target = { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } }
  const common = { target, repository: { name: 'store' }, hooks: { notifications } }
  return kind === 'RestoreSession'
    ? { ...common, target: { ...target, rules: [{ snapshots: ['latest'] }] } }
    : { ...common, schedule: '0 3 * * *', retentionPolicy: { keepLast: 1 } }
}
