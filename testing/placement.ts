import { policyKey } from '../lib/fleet/policy.js'
import type { PolicyUnderTest } from './fleet-under-test.js'
import { suggestion } from './nearest.js'
import type { Verdict } from './verdict.js'

/**
 * Whether a policy stores in a place: the Repository `namespace/name`, or a store as restic calls it
 * (`s3:s3.example.com/bucket`), whole or up to a `/`.
 */
export function judgePlacement(policy: PolicyUnderTest, place: string): Verdict {
  const { spec, store, namespace, fleet } = policy
  const repository = `${spec.repository.namespace ?? namespace}/${spec.repository.name}`
  const wanted = place.replace(/^s3:https?:\/\//, 's3:').replace(/\/$/, '')
  if (wanted === '') throw new RangeError(`toBeStoredIn('${place}') proves nothing; name a Repository or a store`)
  // A Repository that is not part of the fleet has no store but its name.
  const inStore = policy.repository !== undefined && (store === wanted || store.startsWith(`${wanted}/`))
  const pass = wanted === repository || inStore
  const where = `${policyKey(policy)} stores in ${repository} (${store})`
  return {
    pass,
    failure: () => {
      const names = fleet.repositories.map(each => `${each.namespace}/${each.name}`)
      const known = [...names, ...fleet.repositories.map(each => each.store)]
      const hint = known.includes(wanted) ? '' : `; ${suggestion(wanted, known, 'place')}`
      return `${where}, not in ${place}${hint}`
    },
    contrary: () => where,
  }
}
