import type { Team } from '../platform/team.js'
import { silver } from '../platform/tiers.js'

export const blog: Team = {
  namespace: 'blog',
  readAs: { user: 2000, group: 2000 },
  policies: defaults => {
    silver.backup(defaults, 'uploads', { claim: 'uploads' })
  },
}
