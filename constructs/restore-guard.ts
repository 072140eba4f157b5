import { apiGroup } from '../lib/api/group.js'
import { restoreSessionKind } from '../lib/api/kinds.js'
import type { AdmissionPolicy } from './admission/policy-object.js'
import { restoreVerbs, teamRoleName } from './team-rules.js'

const { plural } = restoreSessionKind

const may = (verb: string): string =>
  `authorizer.group('${apiGroup}').resource('${plural}').namespace(request.namespace).check('${verb}').allowed()`

/** Fields of a RestoreSession that say what is restored and where to; a new field is none of these until it is added. */
export const plainFields: readonly string[] = [
  ...[
    'target',
    'repository',
    'destination',
    'overwrite',
    'whenNotEmpty',
    'readAs',
    'tempDir',
    'timeOut',
    'startDeadline',
  ],
]

/** CEL that is true for a restore that anybody may ask for who may create one. */
const plain = {
  overwrite: "object.spec.?overwrite.orValue('IfEmpty') == 'IfEmpty'",
  customize: [
    `object.spec.all(field, field in ['privileges', 'task', ${plainFields.map(field => `'${field}'`).join(', ')}])`,
    "object.spec.?privileges.orValue('restricted') == 'restricted'",
    "(!has(object.spec.task) || (object.spec.task.name == 'pvc-restore' && object.spec.task.?params.orValue([]).size() == 0))",
  ].join(' && '),
}

const fix = (verb: string) =>
  `takes the verb ${verb} on ${plural}, which the ClusterRole ${teamRoleName('edit')} has and ${teamRoleName('operate')} has not`

/**
 * RBAC knows kinds and not fields: without this, whoever may create a RestoreSession could replace the files of any
 * volume of the namespace, and run commands there with any of its Secrets.
 */
export const plainRestores: AdmissionPolicy = {
  name: 'holdfast-restores',
  resources: [plural],
  variables: {},
  rules: [
    {
      expression: `${plain.overwrite} || ${may(restoreVerbs.overwrite)}`,
      messageExpression: `'spec.overwrite is ' + object.spec.overwrite + ': files that are there would be lost. That ${fix(restoreVerbs.overwrite)}; restore into an empty volume instead, with overwrite IfEmpty'`,
    },
    {
      expression: `(${plain.customize}) || ${may(restoreVerbs.customize)}`,
      messageExpression: `'hooks, runtimeSettings, privileges, a task of one’s own and what else changes the pod of a restore run what its author says, with the namespace’s Secrets. That ${fix(restoreVerbs.customize)}'`,
    },
  ],
}
