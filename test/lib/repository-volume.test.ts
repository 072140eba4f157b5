import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../../lib/api/backend.js'
import { isAllowedFolder } from '../../lib/repository-volume.js'

const onNode = (path: string): Backend => ({ local: { hostPath: { path, node: 'one' } }, storageSecretName: 'keys' })
const onServer = (server: string, path: string): Backend => ({
  local: { nfs: { server, path } },
  storageSecretName: 'keys',
})

describe('a Repository may lie', () => {
  test.each([
    ['in an allowed folder', onNode('/srv/backups')],
    ['below one', onNode('/srv/backups/shop..a/..b')],
    ['in an allowed export', onServer('nas', '/exports/shop')],
  ])('%s', (_where, backend) => {
    expect(isAllowedFolder(backend, ['/srv/backups/', 'nas:/exports'])).toBe(true)
  })

  test('anywhere when the root is allowed', () => {
    expect(isAllowedFolder(onNode('/etc'), ['/'])).toBe(true)
  })
})

describe('a Repository may not lie', () => {
  test.each([
    ['where nothing is allowed', onNode('/srv'), []],
    ['beside an allowed folder', onNode('/srv/backups-of-others'), ['/srv/backups']],
    ['above it', onNode('/srv'), ['/srv/backups']],
    ['where a path goes up again', onNode('/srv/backups/../../etc'), ['/srv/backups', '/']],
    ['in an export that goes up again', onServer('nas', '/exports/..'), ['nas:/exports']],
    ['in the same export of another server', onServer('other', '/exports'), ['nas:/exports']],
  ])('%s', (_where, backend, allowed) => {
    expect(isAllowedFolder(backend, allowed)).toBe(false)
  })
})
