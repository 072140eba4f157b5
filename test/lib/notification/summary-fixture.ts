import { type SessionSummary, type SummaryValues, summaryValues } from '../../../lib/notification/summary.js'

/** A session that failed, with everything that a summary can say. */
export const failedSummary: SessionSummary = {
  kind: 'BackupSession',
  namespace: 'shop',
  session: 'orders-202611230300',
  sessionUid: '3f0c2f9e-0d3a-4a58-9a57-6d1f0f6c1d11',
  configuration: 'orders',
  target: 'orders-data',
  repository: 'shop/store',
  cluster: 'eu',
  host: 'eu/shop/orders-data',
  phase: 'Failed',
  reason: 'SourceUnreadable',
  message: 'could not read "/data/a\\b"\nand 3 others',
  attempt: 2,
  startTime: '2026-11-23T03:00:01Z',
  completionTime: '2026-11-23T03:03:21Z',
  durationSeconds: 200,
  bytesAdded: 1_610_612_736,
  bytesProcessed: 5_368_709_120,
  files: { total: 1200, new: 12, modified: 3, unmodified: 1185, unreadable: 4 },
  snapshots: ['a'.repeat(64), 'b'.repeat(64)],
}

/** The values of that session, with those that a test is about. */
export const valuesWith = (own: Partial<SummaryValues>): SummaryValues => ({ ...summaryValues(failedSummary), ...own })
