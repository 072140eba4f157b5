import { describe, expect, test } from '@jest/globals'
import {
  AdmissionPolicies,
  type AdmissionPoliciesProps,
  type AllowedSettings,
  Backend,
  Repository,
  RepositoryAccess,
} from '../../constructs/index.js'
import { compiled } from '../behaviour/policy.js'

const objects = (props?: AdmissionPoliciesProps) =>
  compiled('holdfast:test', {}, chart => {
    new AdmissionPolicies(chart, 'admission', props)
  })

interface Policy {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly validations: readonly { readonly expression: string }[] }
}

/** The CEL of one policy, a line for each rule. */
function rulesOf(name: string, settings: AllowedSettings): string[] {
  const found = (objects({ settings }) as unknown as Policy[]).find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === name,
  )
  return (found?.spec.validations ?? []).map(({ expression }) => expression)
}

describe('admission policies', () => {
  test('ask for the verb use and nothing else, unless settings are named', () => {
    expect(objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ValidatingAdmissionPolicy holdfast-repository-use',
      'ValidatingAdmissionPolicyBinding holdfast-repository-use',
    ])
    const named = objects({ repositoryUse: false, settings: {} }).map(({ metadata }) => metadata.name)
    expect([...new Set(named)]).toEqual(['holdfast-settings', 'holdfast-job-templates', 'holdfast-repository-folders'])
  })

  test('are cluster-wide, and deny everywhere unless told otherwise', () => {
    const bindings = (props: AdmissionPoliciesProps) =>
      objects(props).filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')
    const matchResources = { matchPolicy: 'Equivalent', objectSelector: {} }
    expect(bindings({})[0]).toMatchObject({
      spec: { validationActions: ['Deny'], matchResources: { ...matchResources, namespaceSelector: {} } },
    })
    const namespaceSelector = { matchLabels: { team: 'shop' } }
    expect(bindings({ actions: ['Warn', 'Audit'], namespaceSelector })[0]).toMatchObject({
      spec: { validationActions: ['Warn', 'Audit'], matchResources: { ...matchResources, namespaceSelector } },
    })
    for (const { metadata } of objects({ settings: {} })) expect(metadata.namespace).toBeUndefined()
  })

  test('do not look at a setting of which any value is allowed', () => {
    const strict = rulesOf('holdfast-settings', {})
    const open = rulesOf('holdfast-settings', { priorityClasses: 'any', tolerations: 'any', secrets: 'any' })
    expect(strict.filter(rule => !open.includes(rule)).join('\n')).toMatch(
      /^.*tolerations.*\n.*priorityClassName.*\n.*container\.\?env\..*\n.*container\.\?envFrom\..*\n.*requests.*urlFrom.*$/,
    )
    expect(open.filter(rule => !strict.includes(rule))).toEqual([])
  })

  test('take a folder with or without its last slash, and never one that only begins alike', () => {
    const [rule] = rulesOf('holdfast-repository-folders', { repositoryFolders: ['/srv/backups/', 'nas:/exports'] })
    expect(rule).toContain('(each.hostPath.path) == "/srv/backups" || (each.hostPath.path).startsWith("/srv/backups/")')
    expect(rule).toContain(`startsWith("nas:/exports/")`)
    const [root] = rulesOf('holdfast-repository-folders', { repositoryFolders: ['/'] })
    expect(root).toContain('((each.hostPath.path).startsWith("/"))')
  })

  test.each<[string, object, string]>([
    ['a warning beside a refusal', { actions: ['Deny', 'Warn'] }, 'actions: Deny and Warn together'],
    ['no action at all', { actions: [] }, 'actions'],
    ['a setting that there is not', { settings: { hostNetwork: true } }, 'hostNetwork'],
    ['a list that is none', { settings: { nodeNames: 5 } }, 'settings.nodeNames'],
    ['a key with a quote, which would end the CEL', { settings: { nodeLabels: ["a'b"] } }, 'settings.nodeLabels[0]'],
    ['a folder with a quote', { settings: { repositoryFolders: ["/srv/'"] } }, 'settings.repositoryFolders[0]'],
  ])('are refused with their place for %s', (_, props, place) => {
    expect(() => objects(props)).toThrow(place)
  })
})

test('access to a Repository is a Role for that one name where the Repository is, bound to whom it is given', () => {
  const [role, binding] = compiled('holdfast:test', { namespace: 'shop' }, chart => {
    const repository = Repository.fromRepositoryName(chart, 'store', { name: 'store', namespace: 'stores' })
    new RepositoryAccess(chart, 'shop-uses-store', { repository, groups: ['shop'], serviceAccounts: ['shop/flux'] })
  })
  expect(role).toMatchObject({
    kind: 'Role',
    metadata: { name: 'shop-uses-store', namespace: 'stores' },
    rules: [{ apiGroups: ['holdfast.dev'], resources: ['repositories'], resourceNames: ['store'], verbs: ['use'] }],
  })
  expect(binding).toMatchObject({
    kind: 'RoleBinding',
    metadata: { name: 'shop-uses-store', namespace: 'stores' },
    roleRef: { kind: 'Role', name: 'shop-uses-store' },
    subjects: [
      { kind: 'Group', name: 'shop' },
      { kind: 'ServiceAccount', name: 'flux', namespace: 'shop' },
    ],
  })
})

test('access that is given to nobody is an error', () => {
  const build = () =>
    compiled('holdfast:test', { namespace: 'shop' }, chart => {
      const backend = Backend.local({ claimName: 'c', secretName: 's' })
      new RepositoryAccess(chart, 'nobody', { repository: new Repository(chart, 'store', { backend }) })
    })
  expect(build).toThrow('nobody is given the role')
})
