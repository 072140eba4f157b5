import { describe, expect, test } from '@jest/globals'
import {
  changes,
  changesWith,
  claim,
  jobTemplate,
  object,
  ofKind,
  ours,
  policy,
  replaced,
  repository,
  s3,
  shop,
  told,
} from './fleets.js'

const rbac = 'rbac.authorization.k8s.io/v1'
const role = (...rules: object[]) => object('ClusterRole', 'controller', { labels: ours, rules }, rbac)
const rule = (verbs: string[], resources: string[], apiGroups = ['']) => ({ apiGroups, resources, verbs })

describe('privileges', () => {
  test('a mover that may read any file is danger, and back again a notice', () => {
    const any = policy({ privileges: 'read-any-file' })
    expect(told(changesWith(any))).toEqual([
      'danger privileges-raised policy shop/orders: The mover now reads any file of the volume: run as root and use the capability DAC_OVERRIDE.',
    ])
    expect(changes(replaced(shop(), [any]), shop()).map(({ kind }) => kind)).toEqual(['privileges-lowered'])
  })

  test('a new policy with privileges is danger too', () => {
    const all = changes([repository(), claim()], replaced(shop(), [policy({ privileges: 'read-any-file' })]))
    expect(ofKind(all, 'privileges-raised').severity).toBe('danger')
  })

  test('a committed Job that asks for more than its policy is danger', () => {
    const pod = { hostNetwork: true, automountServiceAccountToken: true }
    const [before, after] = [policy({ jobTemplate: jobTemplate() }), policy({ jobTemplate: jobTemplate({ pod }) })]
    const all = changes(replaced(shop(), [before]), replaced(shop(), [after]))
    const { sentence } = ofKind(all, 'privileges-raised')
    expect(sentence).toContain('hostNetwork')
    expect(sentence).toContain('a token of the Kubernetes API')
    expect(ofKind(all, 'template-changed').severity).toBe('warning')
  })

  test('another user of the mover is a warning', () => {
    expect(ofKind(changesWith(policy({ readAs: { user: 1000 } })), 'identity-changed').sentence).toBe(
      'The mover runs as somebody else: user 1000 instead of 65532.',
    )
  })

  test('a store in a folder of a node is danger', () => {
    const backend = { local: { hostPath: { path: '/mnt/disk', node: 'n1' } }, storageSecretName: 'k' }
    expect(ofKind(changesWith(repository({ backend })), 'privileges-raised').subject).toBe('repository shop/store')
  })

  test('a workload of the system that gets a folder of its node is danger', () => {
    const deployment = (volumes: object[]) =>
      object(
        'Deployment',
        'controller',
        { namespace: 's', labels: ours, spec: { template: { spec: { volumes } } } },
        'apps/v1',
      )
    const all = changes([deployment([])], [deployment([{ name: 'x', hostPath: { path: '/' } }])])
    expect(ofKind(all, 'privileges-raised').subject).toBe('Deployment s/controller')
  })
})

describe('folders without a claim', () => {
  const deployment = (args: string[], command: string[] = []) => {
    const spec = { template: { spec: { containers: [{ name: 'controller', image: 'x:1', command, args }] } } }
    return object('Deployment', 'controller', { namespace: 's', labels: ours, spec }, 'apps/v1')
  }
  const folders = (...list: string[]) => `--repository-folders=${JSON.stringify(list)}`
  const kindsOf = (before: string[], after: string[], command?: string[]) =>
    changes([deployment(before)], [deployment(after, command)]).filter(({ kind }) => kind === 'folders-allowed')

  test('that Repositories may newly use are danger', () => {
    const [widened] = kindsOf([folders('/srv/backups')], [folders('/srv/backups', '/var', 'nas:/exports')])
    expect(widened).toMatchObject({ severity: 'danger', subject: 'Deployment s/controller' })
    expect(widened?.sentence).toContain('/var and nas:/exports')
    expect(kindsOf([folders('/srv/backups')], [folders('/srv')])).toHaveLength(1)
    expect(kindsOf([], [folders('/')])).toHaveLength(1)
  })

  test('are found however the command line is written', () => {
    expect(kindsOf([], ['--repository-folders', '["/etc"]'])).toHaveLength(1)
    expect(kindsOf([], [], ['controller', folders('/etc')])).toHaveLength(1)
  })

  test('that lie in one that was allowed before are none, nor is a list that the controller refuses', () => {
    expect(kindsOf([folders('/srv/', 'nas:/exports')], [folders('/srv/a', 'nas:/exports/b')])).toEqual([])
    expect(kindsOf([folders('/')], [folders('/etc')])).toEqual([])
    expect(kindsOf([folders('/srv')], [])).toEqual([])
    expect(kindsOf([], ['--repository-folders=/etc'])).toEqual([])
  })
})

describe('the Kubernetes API', () => {
  test('a role that allows more is danger, one that allows less a notice', () => {
    const [small, large] = [role(rule(['get'], ['pods'])), role(rule(['get', 'delete'], ['pods']))]
    expect(told(changes([small], [large]))).toEqual([
      'danger access-granted ClusterRole controller: It now also allows to delete pods.',
    ])
    expect(told(changes([large], [small]))).toEqual([
      'notice access-withdrawn ClusterRole controller: It no longer allows: delete pods.',
    ])
  })

  test('a new role is a warning, with a star danger', () => {
    expect(changes([], [role(rule(['get'], ['pods']))])[0]?.severity).toBe('warning')
    expect(changes([], [role(rule(['*'], ['pods']))])[0]?.severity).toBe('danger')
  })

  test('the role of a new policy’s trigger is expected', () => {
    const labels = { ...ours, 'holdfast.dev/configuration': 'orders' }
    const rules = [rule(['create'], ['backupsessions'], ['holdfast.dev'])]
    const own = { namespace: 'shop', labels }
    const subjects = [{ kind: 'ServiceAccount', name: 'orders-trigger', namespace: 'shop' }]
    const roleRef = { kind: 'Role', name: 'orders-trigger' }
    const trigger = [
      object('Role', 'orders-trigger', { ...own, rules }, rbac),
      object('RoleBinding', 'orders-trigger', { ...own, subjects, roleRef }, rbac),
    ]
    expect(changes([], trigger)).toEqual([])
    const widened = [object('Role', 'orders-trigger', { ...own, rules: [...rules, rule(['get'], ['secrets'])] }, rbac)]
    expect(ofKind(changes([], widened), 'access-granted').sentence).toContain('get secrets')
  })

  test('somebody else in a binding is danger', () => {
    const binding = (...names: string[]) =>
      object(
        'ClusterRoleBinding',
        'c',
        {
          labels: ours,
          roleRef: { kind: 'ClusterRole', name: 'c' },
          subjects: names.map(name => ({ kind: 'User', name })),
        },
        rbac,
      )
    expect(told(changes([binding('a')], [binding('a', 'b')]))).toEqual([
      'danger access-granted ClusterRoleBinding c: It now also gives User b the rights of ClusterRole c.',
    ])
  })

  test('roles of others are not ours to judge', () => {
    expect(changes([], [object('ClusterRole', 'x', { rules: [rule(['*'], ['*'])] }, rbac)])).toEqual([])
  })
})

describe('credentials', () => {
  const foreign = policy(
    { repository: { name: 'store', namespace: 'shop', secretName: 'copy' } },
    { namespace: 'blog' },
  )

  test('keys that reach another namespace are danger', () => {
    expect(ofKind(changesWith(foreign), 'credentials-spread')).toMatchObject({
      severity: 'danger',
      subject: 'namespace blog',
      sentence:
        'The keys of s3:s3.example.com/backups/volumes reach namespace blog for the first time, as Secret blog/copy, for policy blog/orders. Whoever reads that Secret can read and delete every snapshot of the store.',
    })
  })

  test('a new store with a policy of its own namespace spreads nothing', () => {
    expect(changes([], shop()).map(({ kind }) => kind)).not.toContain('credentials-spread')
    expect(ofKind(changes([], [...shop(), foreign]), 'credentials-spread').severity).toBe('warning')
  })

  test('other Secrets are told for policies and Repositories', () => {
    const named = policy({ repository: { name: 'store', namespace: 'shop', secretName: 'mine' } })
    expect(ofKind(changesWith(named), 'credentials-changed').sentence).toContain(
      'Secret shop/mine instead of shop/backup-store',
    )
    expect(ofKind(changesWith(repository({ backend: s3({}, 'new') })), 'credentials-changed').subject).toBe(
      'repository shop/store',
    )
  })

  test('consent to more namespaces is told by how far it goes', () => {
    const to = (allowedNamespaces: object) => changesWith(repository({ usagePolicy: { allowedNamespaces } }))
    expect(ofKind(to({ from: 'All' }), 'usage-widened')).toMatchObject({
      severity: 'danger',
      sentence: 'Every namespace may use it, not only its own namespace.',
    })
    expect(ofKind(to({ from: 'Selector', selector: { matchLabels: { a: 'b' } } }), 'usage-widened').severity).toBe(
      'warning',
    )
  })

  test('consent that is taken back names those who lose it', () => {
    const open = repository({ usagePolicy: { allowedNamespaces: { from: 'All' } } })
    const all = changes([...replaced(shop(), [open]), foreign], [...shop(), foreign])
    expect(ofKind(all, 'usage-narrowed')).toMatchObject({ severity: 'danger' })
    expect(ofKind(all, 'usage-narrowed').sentence).toContain('sessions of blog/orders would be refused')
  })

  test('a way to the store that others can read is danger', () => {
    expect(ofKind(changesWith(repository({ backend: s3({ insecureTLS: true }) })), 'transport-weakened').severity).toBe(
      'danger',
    )
    const plain = changesWith(repository({ backend: s3({ endpoint: 'http://s3.example.com' }) }))
    expect(ofKind(plain, 'transport-weakened').sentence).toContain('no longer encrypted')
  })
})
