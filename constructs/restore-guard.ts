import { apiGroup, defaultMountPath } from '../lib/api/group.js'
import { repositoryKind, restoreSessionKind } from '../lib/api/kinds.js'
import { type AdmissionPolicy, celList, celText } from './admission/policy-object.js'
import { useVerb } from './admission/repository-use.js'
import { restoreVerbs, teamRoleName } from './team-rules.js'

const { plural } = restoreSessionKind

const allowed = (resource: string, verb: string): string => `authorizer.${resource}.check('${verb}').allowed()`
const may = (verb: string): string =>
  allowed(`group('${apiGroup}').resource('${plural}').namespace(request.namespace)`, verb)

/**
 * Fields of a RestoreSession that say what is restored and where to, by the object that they are in (`''` is the spec
 * itself). A new field, wherever it is, is none of these until it is added.
 */
export const plainFields: Readonly<Record<PlainObject, readonly string[]>> = {
  '': [
    ...['target', 'repository', 'destination', 'overwrite', 'whenNotEmpty'],
    ...['readAs', 'tempDir', 'timeOut', 'startDeadline'],
  ],
  target: ['ref', 'alias', 'volumeMounts', 'rules'],
  'target.ref': ['apiVersion', 'kind', 'name'],
  'target.volumeMounts[]': ['mountPath'],
  'target.rules[]': ['targetHosts', 'sourceHost', 'snapshots', 'paths', 'include', 'exclude'],
  repository: ['name', 'namespace', 'secretName'],
  readAs: ['user', 'group', 'fsGroup', 'supplementalGroups'],
  tempDir: ['medium', 'sizeLimit', 'disableCaching'],
}
type PlainObject =
  | ''
  | 'target'
  | 'target.ref'
  | 'target.volumeMounts[]'
  | 'target.rules[]'
  | 'repository'
  | 'readAs'
  | 'tempDir'

// `dyn`: to the API server’s type check an object of known fields is nothing that one could go through.
const spec = 'dyn(object.spec)'
const only = (object: string, fields: readonly string[]) => `${object}.all(field, field in ${celList(fields)})`
const onlyEach = (list: string, fields: readonly string[]) => `${list}.orValue([]).all(each, ${only('each', fields)})`

// Holdfast’s restore looks whether the folder that it writes to is empty, and one that is not there is: only of a whole
// volume does that say that nothing lives in it.
const wholeVolume = `${spec}.?destination.orValue(variables.mountPath) == variables.mountPath`

const home = `${spec}.repository.?namespace.orValue(request.namespace)`
const secretName = `${spec}.repository.?secretName.orValue('')`
const mayUse = (resource: string, name: string) => allowed(`${resource}.name(${name})`, useVerb)
const useOfRepository = mayUse(
  `group('${apiGroup}').resource('${repositoryKind.plural}').namespace(variables.home)`,
  'object.spec.repository.name',
)
const useOfSecret = mayUse("group('').resource('secrets').namespace(request.namespace)", 'variables.secretName')

/** CEL that is true for a restore that anybody may ask for who may create one. */
const plain = {
  overwrite: "object.spec.?overwrite.orValue('IfEmpty') == 'IfEmpty'",
  customize: [
    only(spec, ['privileges', 'task', ...plainFields['']]),
    only(`${spec}.target`, plainFields.target),
    only(`${spec}.target.ref`, plainFields['target.ref']),
    onlyEach(`${spec}.target.?rules`, plainFields['target.rules[]']),
    only(`${spec}.repository`, plainFields.repository),
    only(`${spec}.?readAs.orValue({})`, plainFields.readAs),
    only(`${spec}.?tempDir.orValue({})`, plainFields.tempDir),
    "object.spec.?privileges.orValue('restricted') == 'restricted'",
    "(!has(object.spec.task) || (object.spec.task.name == 'pvc-restore' && object.spec.task.?params.orValue([]).size() == 0))",
    only(`${spec}.?task.orValue({})`, ['name', 'params']),
  ].join(' && '),
  place: `${onlyEach(`${spec}.target.?volumeMounts`, plainFields['target.volumeMounts[]'])} && ${wholeVolume}`,
  repository: `variables.home == request.namespace || ${useOfRepository}`,
  // Whoever has a Repository elsewhere decides where the keys of a Secret of this namespace are sent.
  secret: `variables.secretName == '' || ${useOfSecret}`,
}

const fix = (verb: string) =>
  `takes the verb ${verb} on ${plural}, which the ClusterRole ${teamRoleName('edit')} has and ${teamRoleName('operate')} has not`
const { overwrite, customize } = restoreVerbs

/**
 * RBAC knows kinds and not fields: without this, whoever may create a RestoreSession could replace the files of any
 * volume of the namespace, plant files among them, run commands there with any of its Secrets, and send these elsewhere.
 */
export const plainRestores: AdmissionPolicy = {
  name: 'holdfast-restores',
  resources: [plural],
  variables: {
    mountPath: `${spec}.target.?volumeMounts.orValue([]).size() == 0 ? ${celText(defaultMountPath)} : string(${spec}.target.volumeMounts[0].mountPath)`,
    home,
    secretName,
  },
  rules: [
    {
      expression: `${plain.overwrite} || ${may(overwrite)}`,
      messageExpression: `'spec.overwrite is ' + object.spec.overwrite + ': files that are there would be lost. That ${fix(overwrite)}; restore into an empty volume instead, with overwrite IfEmpty'`,
    },
    {
      expression: `(${plain.customize}) || ${may(customize)}`,
      messageExpression: `'hooks, runtimeSettings, privileges, a task of one’s own and what else changes the pod of a restore run what its author says, with the namespace’s Secrets. That ${fix(customize)}'`,
    },
    {
      expression: `(${plain.place}) || ${may(customize)}`,
      messageExpression: `'spec.destination and spec.target.volumeMounts: a restore into one folder of a volume could add files to those that are in use. That ${fix(customize)}; restore into a whole volume instead: without subPath, and with destination left out or ' + variables.mountPath`,
    },
    // Two rules: the API server lets one expression ask for two permissions, not for three.
    {
      expression: `${plain.repository} || ${may(customize)}`,
      messageExpression: `'spec.repository.namespace: a Repository of another namespace (' + variables.home + ') takes the verb ${useVerb} on it (the construct RepositoryAccess gives it). Without it that ${fix(customize)}; or name a Repository of this namespace'`,
    },
    {
      expression: `${plain.secret} || ${may(customize)}`,
      messageExpression: `'spec.repository.secretName: the store is sent the keys of ' + variables.secretName + ', which takes the verb ${useVerb} on that Secret. Without it that ${fix(customize)}; or leave secretName out, with a Repository of this namespace'`,
    },
  ],
}
