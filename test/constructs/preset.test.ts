import { describe, expect, test } from '@jest/globals'
import { Backend, Retention, Schedule } from '../../constructs/index.js'

describe('a schedule', () => {
  test.each([
    [Schedule.hourly(), '0 * * * *', 'Etc/UTC'],
    [Schedule.hourly({ minute: 17 }), '17 * * * *', 'Etc/UTC'],
    [Schedule.daily({ at: '03:00' }), '0 3 * * *', 'Etc/UTC'],
    [Schedule.daily({ at: '23:59', timeZone: 'Europe/Berlin' }), '59 23 * * *', 'Europe/Berlin'],
    [Schedule.weekly({ on: 'Sunday', at: '04:05' }), '5 4 * * 0', 'Etc/UTC'],
    [Schedule.monthly({ day: 28, at: '00:30' }), '30 0 28 * *', 'Etc/UTC'],
    [Schedule.cron('*/15 8-18 * * MON-FRI'), '*/15 8-18 * * MON-FRI', 'Etc/UTC'],
  ])('%#: reads as a CronJob does, in a zone that is said', (schedule, expression, timeZone) => {
    expect({ ...schedule }).toMatchObject({ expression, timeZone })
    expect(schedule.problems()).toEqual([])
  })

  test.each([
    [Schedule.daily({ at: '24:00' }), "'24:00' is no time of day"],
    [Schedule.daily({ at: '3:00' }), 'expected HH:MM'],
    [Schedule.weekly({ on: 'Caturday' as 'Sunday', at: '03:00' }), 'is no day'],
    [Schedule.monthly({ day: 31, at: '03:00' }), 'does not come every month'],
    [Schedule.hourly({ minute: 60 }), "minute '60'"],
    [Schedule.cron('99 banana * * *'), "'99'"],
    [Schedule.cron('@daily', { timeZone: 'Mars/Olympus' }), "time zone 'Mars/Olympus' is unknown"],
  ])('%#: that cannot run says why and throws nothing', (schedule, message) => {
    expect(schedule.problems()).toEqual([expect.stringContaining(message)])
  })

  test('tells of a bad time and a bad time zone together', () => {
    expect(Schedule.daily({ at: 'noon', timeZone: 'Nowhere' }).problems()).toHaveLength(2)
  })
})

test('retention says its rules in the words of the API', () => {
  const rules = { last: 1, daily: 7, withinHourly: '2d', tags: ['release'], name: 'gfs' }
  expect(Retention.keep(rules).policy).toEqual({
    name: 'gfs',
    keepLast: 1,
    keepDaily: 7,
    keepWithinHourly: '2d',
    keepTags: ['release'],
    dryRun: false,
  })
})

const secretName = 'keys'
test.each([
  [
    Backend.s3({ endpoint: 'https://s3', bucket: 'b', secretName }),
    { s3: { endpoint: 'https://s3', bucket: 'b', insecureTLS: false } },
  ],
  [Backend.gcs({ bucket: 'b', prefix: 'p', secretName }), { gcs: { bucket: 'b', prefix: 'p' } }],
  [Backend.azure({ container: 'c', maxConnections: 9, secretName }), { azure: { container: 'c', maxConnections: 9 } }],
  [Backend.b2({ bucket: 'b', secretName }), { b2: { bucket: 'b' } }],
  [Backend.swift({ container: 'c', secretName }), { swift: { container: 'c' } }],
  [Backend.rest({ url: 'http://rest:8000', secretName }), { rest: { url: 'http://rest:8000' } }],
  [Backend.local({ claimName: 'c', secretName }), { local: { persistentVolumeClaim: { claimName: 'c' } } }],
  [
    Backend.local({ nfs: { server: 's', path: '/p' }, subPath: 'a', secretName }),
    { local: { nfs: { server: 's', path: '/p' }, subPath: 'a' } },
  ],
  [
    Backend.local({ hostPath: { path: '/p', node: 'n' }, secretName }),
    { local: { hostPath: { path: '/p', node: 'n' } } },
  ],
])('backend %#: names its Secret and holds no credential', (backend, store) => {
  expect(backend.spec).toEqual({ ...store, storageSecretName: secretName })
})
