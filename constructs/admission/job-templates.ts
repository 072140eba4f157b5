import { folderRule } from './folders.js'
import { type AdmissionRule, celList } from './policy-object.js'
import type { AllowedSettings } from './settings.js'

// Written out wherever it is used: a variable of a policy that holds an optional value is always absent.
const template = 'dyn(object.spec).?jobTemplate.?spec.?template.?spec'

/** CEL variables that the rules speak of. */
export const templateVariables = {
  containers: ['initContainers', 'containers', 'ephemeralContainers']
    .map(list => `${template}.?${list}.orValue([])`)
    .join(' + '),
  volumes: `${template}.?volumes.orValue([])`,
}

/** The second is the old name of the first, which Kubernetes takes when it stands alone. */
const accountFields = ['serviceAccountName', 'serviceAccount']

const at = 'spec.jobTemplate.spec.template.spec'

/**
 * Rules for a committed Job template, which is an object of any shape for the API server. The controller’s gate refuses
 * more, for it knows the Task; these say it to whoever commits it.
 */
export function templateRules({ serviceAccounts, repositoryFolders = [] }: AllowedSettings): AdmissionRule[] {
  const accounts = ['default', ...(serviceAccounts === 'any' ? [] : (serviceAccounts ?? []))]
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].map(field => ({
      expression: `${template}.?${field}.orValue(false) == false`,
      messageExpression: `'${at}.${field}: no mover shares a namespace of its node; synthesize the policy again'`,
    })),
    {
      expression: 'variables.containers.all(each, each.?securityContext.?privileged.orValue(false) == false)',
      messageExpression: `'${at}: no container of a mover is privileged; synthesize the policy again'`,
    },
    ...(serviceAccounts === 'any'
      ? []
      : accountFields.map(field => {
          const account = `${template}.?${field}.orValue('default')`
          return {
            expression: `${account} in ${celList(accounts)}`,
            messageExpression: `'${at}.${field}: ' + ${account} + ' is not allowed; expected one of ${accounts.join(', ')}'`,
          }
        })),
    folderRule(`${at}.volumes`, 'variables.volumes', repositoryFolders),
  ]
}
