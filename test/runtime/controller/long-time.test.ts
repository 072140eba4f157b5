import { describe, expect, test } from '@jest/globals'
import { backupConfigurationStatus } from '../../../lib/api/backup-configuration.js'
import { backupSessionStatus } from '../../../lib/api/backup-session.js'
import { restoreSessionStatus } from '../../../lib/api/restore-session.js'
import { decideConfiguration } from '../../../runtime/controller/configuration/decide.js'
import { concluded } from '../../../runtime/controller/session/outcome.js'
import { at, backupSession, begun, configuration, now, observe, repository, restoreSession } from './observation.js'

const years = -3 * 365 * 86_400
const created = { creationTimestamp: at(years) }
const failure = { failure: { reason: 'PodDeleted', message: 'the pod is gone' } } as const

describe('what lasted longer than a year, which no setting may', () => {
  test('a policy whose newest backup is older has a status that the API server takes', () => {
    const last = backupSession({ phase: 'Succeeded', completionTime: at(years) }, { ...created, name: 'old' })
    const { status } = decideConfiguration({
      now,
      configuration: configuration({}, undefined, created),
      repository: repository(),
      sessions: [last],
    })
    expect(status.recoveryPointAge).toBe('26280h')
    expect(backupConfigurationStatus.parse(status)).toEqual(status)
  })

  test('a session that ends that late, because no controller ran, has one too', () => {
    const backup = concluded(observe({ session: backupSession(begun(), created) }), failure)
    expect(backup.status?.sessionDuration).toBe('26280h')
    expect(backupSessionStatus.parse(backup.status)).toMatchObject({ phase: 'Failed' })
    const restore = concluded(observe({ session: restoreSession({}, begun(), created) }), failure)
    expect(restoreSessionStatus.parse(restore.status)).toMatchObject({ phase: 'Failed', sessionDuration: '26280h' })
  })
})
