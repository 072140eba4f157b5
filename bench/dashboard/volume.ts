import type { ScheduledBackupProps } from '../../constructs/index.js'

const gigabyte = 1_000_000_000

/** A made-up volume with its policy, and what happens to it. */
export interface Volume {
  readonly namespace: string
  readonly claim: string
  readonly cron: string
  readonly objective: string
  readonly gigabytes: number
  /** What a backup adds to the store. */
  readonly addedGigabytes: number
  readonly minutes: number
  readonly backup?: Partial<ScheduledBackupProps>
}

/** Days of the recording, and those of the picture. */
export const days = { recorded: 9, shown: 7 } as const
/** The moment of the picture: a Monday morning. */
export const pictured = Date.UTC(2026, 10, 16, 7, 30)

const daily = { objective: '30h' } as const

/** A company’s volumes: most are well. */
export const volumes: readonly Volume[] = [
  {
    ...{ namespace: 'shop', claim: 'orders', cron: '20 */4 * * *', objective: '6h' },
    ...{ gigabytes: 42, addedGigabytes: 0.6, minutes: 4 },
  },
  {
    ...daily,
    namespace: 'shop',
    claim: 'invoices',
    cron: '40 1 * * *',
    gigabytes: 18,
    addedGigabytes: 0.3,
    minutes: 3,
  },
  {
    ...daily,
    namespace: 'shop',
    claim: 'catalogue',
    cron: '10 2 * * *',
    gigabytes: 65,
    addedGigabytes: 1.1,
    minutes: 9,
  },
  { ...daily, namespace: 'crm', claim: 'contacts', cron: '15 1 * * *', gigabytes: 9, addedGigabytes: 0.2, minutes: 2 },
  { ...daily, namespace: 'crm', claim: 'mail', cron: '45 2 * * *', gigabytes: 130, addedGigabytes: 2.4, minutes: 21 },
  { ...daily, namespace: 'wiki', claim: 'pages', cron: '30 3 * * *', gigabytes: 7, addedGigabytes: 0.1, minutes: 2 },
  {
    ...daily,
    namespace: 'media',
    claim: 'uploads',
    cron: '0 22 * * *',
    gigabytes: 480,
    addedGigabytes: 4,
    minutes: 34,
  },
  {
    ...daily,
    namespace: 'media',
    claim: 'previews',
    cron: '30 23 * * *',
    gigabytes: 55,
    addedGigabytes: 0.7,
    minutes: 8,
  },
  {
    ...daily,
    namespace: 'analytics',
    claim: 'warehouse',
    cron: '0 4 * * *',
    gigabytes: 210,
    addedGigabytes: 3,
    minutes: 26,
  },
  {
    ...{
      ...daily,
      namespace: 'ci',
      claim: 'artifacts',
      cron: '0 5 * * *',
      gigabytes: 30,
      addedGigabytes: 1,
      minutes: 5,
    },
    backup: { paused: true },
  },
]

export const volumeOf = (namespace: string, claim: string): Volume | undefined =>
  volumes.find(each => each.namespace === namespace && each.claim === claim)

export const bytesOf = (gigabytes: number): number => Math.round(gigabytes * gigabyte)
