import { type AdmissionRule, celList } from './policy-object.js'
import type { Allowed } from './settings.js'

const hooks = 'dyn(object.spec).?hooks'
const actions = ['httpGet', 'httpPost']
const ofHooks = ['preBackup', 'postBackup', 'preRestore', 'postRestore'].flatMap(hook =>
  actions.map(action => `${hooks}.?${hook}.?${action}.orValue({})`),
)
const ofNotifications = actions.map(
  action => `${hooks}.?notifications.orValue([]).map(each, each.?${action}.orValue({}))`,
)

/** CEL for every HTTP request that hooks and notifications make, as a list. */
export const requestVariables = { requests: [`[${ofHooks.join(', ')}]`, ...ofNotifications].join(' + ') }

/** A request may carry only Secrets that are on the list: whoever names its address gets them. */
export function requestRules(allowed: Allowed | undefined): AdmissionRule[] {
  if (allowed === 'any') return []
  const names = Array.isArray(allowed) ? allowed : []
  const list = celList(['', ...names])
  const url = `each.?urlFrom.?secretKeyRef.?name.orValue('') in ${list}`
  const headers = `each.?httpHeaders.orValue([]).all(header, header.?valueFrom.?secretKeyRef.?name.orValue('') in ${list})`
  const expected = names.length === 0 ? 'none may be used here' : `expected one of ${names.join(', ')}`
  return [
    {
      expression: `variables.requests.all(each, ${url} && ${headers})`,
      messageExpression: `'spec.hooks: a request takes its address or a header from a Secret that is not allowed; ${expected}'`,
    },
  ]
}
