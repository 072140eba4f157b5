import type { Team } from '../platform/team.js'
import { bronze } from '../platform/tiers.js'

export const archive: Team = {
  namespace: 'archive',
  readAs: { user: 3000, group: 3000 },
  policies: defaults => {
    bronze.backup(defaults, 'scans', { claim: 'scans' })
  },
}
