import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { App, Chart, Duration } from 'cdk8s'
import {
  Backend,
  Repository,
  Retention,
  Schedule,
  Stagger,
  synthFleet,
  VolumeBackup,
  type VolumeBackupProps,
} from '../../constructs/index.js'
import { at, complaintsOf, manifestOf, minimal, policyApp } from './policy-app.js'

const retention = Retention.keep({ daily: 7 })
const home = process.cwd()
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-objective-'))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

let apps = 0

function fleet(names: readonly string[], limit = 1) {
  apps += 1
  const app = new App({ outdir: join(folder, `dist-${apps}`) })
  const chart = new Chart(app, 'shop', { namespace: 'shop' })
  const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'backups', secretName: 'keys' })
  const repository = new Repository(chart, 'store', { backend, maxConcurrentSessions: limit })
  const backups = names.map(
    name => new VolumeBackup(chart, name, { claim: name, repository, retention, rpo: Duration.hours(30) }),
  )
  return { app, chart, repository, backups }
}

describe('a policy with an objective', () => {
  test('writes schedule, deadlines and alert threshold that follow from it', () => {
    const { app, chart, repository } = policyApp()
    const backup = new VolumeBackup(chart, 'orders', {
      claim: 'orders-data',
      repository,
      retention,
      rpo: Duration.hours(26),
      window: { from: '22:00', to: '06:00' },
      expectedDuration: Duration.minutes(25),
    })
    const { spec, metadata } = manifestOf(app, 'BackupConfiguration')
    expect(spec).toMatchObject({
      schedule: backup.schedule.expression,
      timeZone: 'Etc/UTC',
      recoveryPointObjective: '26h',
      startingDeadline: '28m',
      timeOut: '1h27m',
    })
    expect(metadata.annotations?.['holdfast.dev/expected-duration']).toBe('25m')
    const cronJob = manifestOf(app, 'CronJob')
    expect(cronJob.spec).toMatchObject({ schedule: spec['schedule'], startingDeadlineSeconds: 28 * 60 })
    const hour = Number(backup.schedule.expression.split(' ')[1])
    expect(hour >= 22 || hour < 6).toBe(true)
    // The Job has to live as long as the session may.
    expect(at(spec, 'jobTemplate.spec.template.spec.activeDeadlineSeconds')).toBe(87 * 60)
  })

  test('that its window cannot keep is an error with the numbers', () => {
    const { app, chart, repository } = policyApp()
    const window = { from: '01:00', to: '03:00' } as const
    new VolumeBackup(chart, 'orders', { claim: 'orders-data', repository, retention, rpo: Duration.hours(4), window })
    expect(complaintsOf(app)).toEqual([
      expect.stringMatching(
        /HF5201 shop\/orders: rpo: 4h leaves 3h45m between runs, but the window 01:00-03:00 pauses for 22h a day/,
      ),
    ])
  })

  test('that contradicts itself is an error also where nothing is compiled', () => {
    const { app, chart, repository } = policyApp()
    const props = { ...minimal(repository), rpo: '4h', timeOut: '1h' } as unknown as VolumeBackupProps
    new VolumeBackup(chart, 'orders', props)
    expect(complaintsOf(app).join('\n')).toMatch(
      /HF1003 shop\/orders: schedule: contradicts rpo[\s\S]*HF1003 shop\/orders: timeOut: contradicts[\s\S]*HF1002 shop\/orders: rpo: got "4h"; expected a Duration/,
    )
  })

  test('that is stated beside a schedule has to be one that the schedule keeps', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', { ...minimal(repository), recoveryPointObjective: '25h' })
    expect(complaintsOf(app)).toEqual([
      expect.stringContaining(
        "HF5201 shop/orders: spec.recoveryPointObjective: got 25h, but '0 3 * * *' (Europe/Berlin) pauses for 25h (2026-10-24T01:00Z to 2026-10-25T02:00Z)",
      ),
    ])
  })

  test('of one that the schedule keeps is no error', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', { ...minimal(repository), recoveryPointObjective: '26h' })
    expect(complaintsOf(app)).toEqual([])
  })
})

describe('the runs of a fleet', () => {
  test('are spread within what the Repository allows, and kept in a lock file', () => {
    const { app, backups } = fleet(['a', 'b', 'c'])
    synthFleet(app)
    const lock = readFileSync('holdfast.lock', 'utf8')
    for (const { name, schedule } of backups) {
      expect(lock).toContain(`  shop/${name}: ${schedule.expression} Etc/UTC\n`)
    }
    expect(new Set(backups.map(({ schedule }) => schedule.expression)).size).toBe(3)
  })

  test('stay where they are when a policy comes or goes', () => {
    synthFleet(fleet(['a', 'b', 'c']).app)
    const before = readFileSync('holdfast.lock', 'utf8')
    synthFleet(fleet(['c', 'new', 'a']).app)
    const after = readFileSync('holdfast.lock', 'utf8')
    expect(after.split('\n').filter(line => !line.includes('/new'))).toEqual(
      before.split('\n').filter(line => !line.includes('/b')),
    )
    expect(after).toContain('shop/new')
  })

  test('are read from the lock also by cdk8s’ own synth, which does not write it', () => {
    writeFileSync('holdfast.lock', 'version: 1\nruns:\n  shop/a: 59 23 * * * Etc/UTC\n')
    const { app, backups } = fleet(['a', 'b'])
    app.synth()
    expect(backups[0]?.schedule.expression).toBe('59 23 * * *')
    expect(readFileSync('holdfast.lock', 'utf8')).not.toContain('shop/b')
  })

  test('are not assigned anew because a merge left its marks in the lock', () => {
    synthFleet(fleet(['a']).app)
    const before = readFileSync('holdfast.lock', 'utf8')
    writeFileSync('holdfast.lock', before.replace('runs:\n', 'runs:\n<<<<<<< HEAD\n'))
    expect(() => synthFleet(fleet(['a']).app)).toThrow(
      /HF5204 holdfast\.lock: holds the mark '<<<<<<< HEAD'.*holdfast\.lock:5:1/,
    )
  })

  test('that do not fit are one error, and nothing is written', () => {
    const { app, chart, repository } = fleet([])
    new Stagger(app, 'stagger', { expectedDuration: Duration.minutes(50), lock: 'ci/times.lock' })
    for (const name of ['a', 'b', 'c', 'd']) {
      const window = { from: '01:00', to: '03:00' } as const
      new VolumeBackup(chart, name, { claim: name, repository, retention, rpo: Duration.hours(30), window })
    }
    expect(complaintsOf(app)).toEqual([
      expect.stringMatching(
        /HF5202 shop\/[a-d]: spec.schedule: 4 policies with 4 runs need 3h20m a day in 01:00-03:00/,
      ),
    ])
  })

  test('leave the times of policies with schedules alone', () => {
    const { app, chart, repository, backups } = fleet(['a', 'b'])
    const schedule = Schedule.cron('*/20 * * * *')
    new VolumeBackup(chart, 'often', { claim: 'often', repository, retention, schedule })
    expect(complaintsOf(app)).toEqual([])
    for (const { schedule } of backups) expect(Number(schedule.expression.split(' ')[0]) % 20).toBe(10)
  })

  test('of a second Stagger are an error', () => {
    const { app } = fleet(['a'])
    new Stagger(app, 'one', { limits: { perNodePool: 0 } })
    new Stagger(app, 'two')
    expect(complaintsOf(app).join('\n')).toMatch(
      /one: limits\.perNodePool[\s\S]*HF1003 two: is the second Stagger of the app/,
    )
  })
})
