import type { Team } from '../platform/team.js'
import { gold, silver } from '../platform/tiers.js'

export const shop: Team = {
  namespace: 'shop',
  readAs: { user: 1000, group: 1000 },
  policies: defaults => {
    gold.backup(defaults, 'orders', { claim: 'data-orders-0' })
    silver.backup(defaults, 'carts', { claim: 'carts', exclude: ['*.tmp'] })
  },
}
