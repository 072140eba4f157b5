import type { ReportContent } from '../../cli/report/content.js'
import { findingsIn } from '../../cli/report/findings.js'
import { contentOf } from '../../cli/report/fleet-content.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { examplePrices } from '../../lib/retention/price-table.js'
import { demoFleet } from './demo-fleet.js'

export const today = new Date('2026-11-22T00:00:00Z')
export const estimates = { size: 10 * 1024 ** 3, churn: 0.02, prices: examplePrices }

export function fleetFrom(objects: readonly ManifestObject[]): Fleet {
  return fleetOf(objects.map((object, index) => ({ object, position: positionOf(object, index) })))
}

/** What a report shows of some objects. */
export function contentFrom(objects: readonly ManifestObject[]): ReportContent {
  const fleet = fleetFrom(objects)
  return contentOf(fleet, findingsIn(fleet, { today }), { today, places: ['prod'], estimates })
}

export const demoContent = (policies: number): ReportContent => contentFrom(demoFleet(policies))

const positionOf = ({ metadata }: ManifestObject, index: number) =>
  `prod/${metadata.namespace}/backups.yaml:${index + 1}:1`
