import type { FleetSide } from './fleet-side.js'

/** The two sides that are compared. */
export interface Comparison {
  readonly before: FleetSide
  readonly after: FleetSide
}
