import { apiGroup } from '../../lib/api/group.js'
import { backupConfigurationKind, repositoryKind, restoreSessionKind } from '../../lib/api/kinds.js'
import type { AdmissionPolicy } from './policy-object.js'

/** The RBAC verb for naming a Repository; the API server itself never asks for it. */
export const useVerb = 'use'

const { plural } = repositoryKind
const where = `Repository ' + variables.home + '/' + object.spec.repository.name + '`

/** Whoever writes a policy or a restore must be allowed to use the Repository that it names, wherever that is. */
export const repositoryUse: AdmissionPolicy = {
  name: 'holdfast-repository-use',
  resources: [backupConfigurationKind.plural, restoreSessionKind.plural],
  variables: { home: 'object.spec.repository.?namespace.orValue(request.namespace)' },
  rules: [
    {
      expression: `authorizer.group('${apiGroup}').resource('${plural}').namespace(variables.home).name(object.spec.repository.name).check('${useVerb}').allowed()`,
      messageExpression: `'spec.repository: ' + request.userInfo.username + ' may not use ${where}. That takes the verb ${useVerb} on ${plural}.${apiGroup} there (the construct RepositoryAccess gives it); or name a Repository that may be used'`,
    },
  ],
}
