import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Holdfast, TeamAccess, teamRules } from '../../constructs/index.js'
import { plainFields } from '../../constructs/restore-guard.js'
import { restoreSessionKind } from '../../lib/api/kinds.js'
import { objectSchema } from '../../lib/schema/crd.js'
import { actTable, verbsOf, verbTable } from '../cluster/tenancy/page.js'
import { complaintsOf, manifestOf, manifestsOf } from './policy-app.js'

function system(props: ConstructorParameters<typeof Holdfast>[2] = {}): App {
  const app = new App()
  new Holdfast(new Chart(app, 'system'), 'holdfast', props)
  return app
}

function access(props: Partial<ConstructorParameters<typeof TeamAccess>[2]> = {}): App {
  const app = new App()
  new TeamAccess(new Chart(app, 'shop', { namespace: 'shop' }), 'shop-team', { role: 'operate', ...props })
  return app
}

describe('the roles of teams', () => {
  test('are taken over by the standard roles that may do as much already', () => {
    const labels = Object.fromEntries(
      manifestsOf(system())
        .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name !== 'holdfast-controller')
        .map(({ metadata }) => [
          metadata.name,
          Object.keys(metadata.labels ?? {}).filter(key => key.startsWith('rbac.authorization.k8s.io/')),
        ]),
    )
    expect(labels).toEqual({
      'holdfast-view': ['rbac.authorization.k8s.io/aggregate-to-view'],
      'holdfast-operate': [],
      'holdfast-edit': ['rbac.authorization.k8s.io/aggregate-to-edit'],
    })
  })

  test('name every verb, and reach no status, no Secret, and nothing of the cluster but to read it', () => {
    const all = Object.values(teamRules).flat()
    expect(JSON.stringify(all)).not.toMatch(/"\*"|secrets|\/status|serviceaccounts|"bind"|"escalate"|"impersonate"/)
    for (const role of ['view', 'operate', 'edit'] as const) {
      for (const kind of ['functions', 'tasks']) {
        expect(verbsOf(role).get(`${kind}.holdfast.dev`)).toEqual(['get', 'list', 'watch'])
      }
    }
  })

  test('have each all that the one before it has', () => {
    const grants = (role: 'view' | 'operate' | 'edit') =>
      [...verbsOf(role)].flatMap(([resource, verbs]) => verbs.map(verb => `${verb} ${resource}`))
    expect(grants('operate')).toEqual(expect.arrayContaining(grants('view')))
    expect(grants('edit')).toEqual(expect.arrayContaining(grants('operate')))
  })

  test('let an operator fill in only fields that the schema has, and that do not change the pod', () => {
    const spec = objectSchema(restoreSessionKind).properties?.['spec']
    const fieldsOf = (path: string): string[] => {
      const steps = path === '' ? [] : path.split('.')
      const found = steps.reduce<typeof spec>((schema, step) => {
        const own = schema?.properties?.[step.replace('[]', '')]
        return step.endsWith('[]') ? own?.items : own
      }, spec)
      return Object.keys(found?.properties ?? {})
    }
    const left = Object.entries(plainFields).map(([path, plain]) => {
      const fields = fieldsOf(path)
      expect([path, ...fields]).toEqual(expect.arrayContaining([...plain]))
      return [path, fields.filter(field => !plain.includes(field)).sort()]
    })
    expect(Object.fromEntries(left)).toEqual({
      '': ['hooks', 'interimVolumeTemplate', 'privileges', 'runtimeSettings', 'task'],
      ...{ target: [], 'target.ref': [], 'target.volumeMounts[]': ['subPath'], 'target.rules[]': [] },
      ...{ repository: [], readAs: [], tempDir: [] },
    })
  })

  test('can be left out, and the policy for restores with them', () => {
    const names = manifestsOf(system({ teamRoles: false })).map(({ metadata }) => metadata.name)
    expect(names.filter(name => /^holdfast-(view|operate|edit|restores)$/.test(name))).toEqual([])
  })

  test('are what the page on tenancy says, line by line', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/tenancy.md'), 'utf8')
    expect(page).toContain(actTable())
    expect(page).toContain(verbTable())
  })
})

describe('the access of a team', () => {
  test('is one RoleBinding, of another name for another role', () => {
    const groups = ['shop-on-call']
    expect(manifestOf(access({ groups, serviceAccounts: ['flux-system/shop'] }), 'RoleBinding')).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: {
        labels: {
          'app.kubernetes.io/component': 'teams',
          'app.kubernetes.io/managed-by': 'holdfast',
          'app.kubernetes.io/name': 'holdfast',
        },
        name: 'shop-team-holdfast-operate',
        namespace: 'shop',
      },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'holdfast-operate' },
      subjects: [
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'shop-on-call' },
        { kind: 'ServiceAccount', name: 'shop', namespace: 'flux-system' },
      ],
    })
    expect(manifestOf(access({ groups, role: 'edit' }), 'RoleBinding').metadata.name).toBe('shop-team-holdfast-edit')
  })

  test('of nobody, or of a ServiceAccount without its namespace, is a problem with its line', () => {
    expect(complaintsOf(access())).toEqual([
      expect.stringMatching(
        /HF1001 shop\/shop-team: groups: nobody is given the role; .*team-roles\.test\.ts:\d+:\d+\)$/,
      ),
    ])
    expect(complaintsOf(access({ serviceAccounts: ['default'] }))).toEqual([
      expect.stringMatching(/HF1002 shop\/shop-team: serviceAccounts: got 'default'; expected namespace\/name/),
    ])
  })
})
