import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { cronJobs, jobs, type Loose, settled, shell, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

const jobTemplate = {
  metadata: { labels: { of: 'cron' } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [shell('true')] } } },
}

async function cronJob(name: string, schedule: string, more: Loose = {}): Promise<Loose> {
  return trial.create(cronJobs, { metadata: { name }, spec: { schedule, jobTemplate, ...more } })
}

describe('a CronJob', () => {
  test('fired by hand starts the Job of the present minute, once', async () => {
    await cronJob('nightly', '0 3 * * *', { timeZone: 'Europe/Berlin' })
    const minute = Math.floor(Date.now() / 60_000)
    const name = trial.sandbox.fire('default', 'nightly')
    expect([`nightly-${minute}`, `nightly-${minute + 1}`]).toContain(name)
    const job = await trial.until(`${jobs}/${name}`, settled)
    expect(job.metadata).toMatchObject({
      labels: { of: 'cron' },
      ownerReferences: [{ kind: 'CronJob', controller: true }],
    })
    const { status } = await trial.until(`${cronJobs}/nightly`, one => one.status.lastSuccessfulTime !== undefined)
    expect(Date.parse(status.lastScheduleTime)).toBe(Math.floor(Date.parse(status.lastScheduleTime) / 60_000) * 60_000)
    expect(() => trial.sandbox.fire('default', 'nightly')).toThrow('already exists')
  })

  test('that missed its minute since the last run starts it once, within the starting deadline', async () => {
    await cronJob('missed', '* * * * *', { suspend: true })
    const before = new Date(Date.now() - 600_000).toISOString()
    const merge = 'application/merge-patch+json'
    await trial.call('PATCH', `${cronJobs}/missed/status`, { status: { lastScheduleTime: before } }, merge)
    await trial.call('PATCH', `${cronJobs}/missed`, { spec: { suspend: false } }, merge)
    const mine = (list: Loose): Loose[] => list.items.filter((job: Loose) => job.metadata.name.startsWith('missed-'))
    await trial.until(jobs, list => mine(list).length === 1)
  })

  test('that is new owes nothing', async () => {
    await cronJob('new', '0 0 1 1 *')
    await new Promise(resolve => setTimeout(resolve, 100))
    const names = (await trial.get(jobs)).items.map((job: Loose) => job.metadata.name)
    expect(names.filter((name: string) => name.startsWith('new-'))).toEqual([])
  })

  test('needs a schedule', async () => {
    const answer = await trial.call('POST', cronJobs, { metadata: { name: 'empty' }, spec: { jobTemplate } })
    expect(answer).toMatchObject({
      code: 422,
      body: { message: expect.stringContaining('spec.schedule: Required value') },
    })
  })

  test('takes its Jobs along when it is deleted', async () => {
    await cronJob('short', '0 0 1 1 *')
    const name = trial.sandbox.fire('default', 'short')
    await trial.call('DELETE', `${cronJobs}/short`)
    await trial.until(`${jobs}/${name}`, answer => answer.code === 404)
  })
})
