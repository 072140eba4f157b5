import { beforeEach, describe, expect, test } from '@jest/globals'
import { builtInFunctions, builtInTasks } from '../../../lib/built-ins.js'
import { hookProblems } from '../../../lib/notification/hook-problems.js'
import { formatProblem } from '../../../lib/problem.js'
import { resolve } from '../../../lib/resolver.js'
import { type Caches, createCaches } from '../../../runtime/controller/caches.js'
import { DepartedPods } from '../../../runtime/controller/departed-pods.js'
import { gather } from '../../../runtime/controller/session/gather.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import { reasonOf } from './decision-row.js'
import { backupSession, builtIn, configuration, now, observe, repository, settings } from './observation.js'

const apiVersion = 'holdfast.dev/v1alpha1'
const client = {} as KubeClient
const ignore = () => undefined
const store = repository({
  backend: { local: { persistentVolumeClaim: { claimName: 'store' } }, storageSecretName: 'store-keys' },
})

let caches: Caches
beforeEach(() => {
  caches = createCaches(client, ignore, ignore)
  caches.repositories.observe(store)
  const metadata = { name: 'pvc-backup' }
  caches.tasks.observe({ apiVersion, kind: 'Task', metadata, spec: builtInTasks['pvc-backup'] ?? { steps: [] } })
})

function addFunctions(...names: readonly string[]): void {
  for (const name of names) {
    const spec = builtInFunctions[name]
    if (spec !== undefined) caches.functions.observe({ apiVersion, kind: 'Function', metadata: { name }, spec })
  }
}

async function template() {
  const observed = await gather(backupSession(), { client, caches, departed: new DepartedPods(), settings }, now)
  return { verdict: observed.template, decision: decide(observed) }
}

describe('a committed template', () => {
  beforeEach(() => {
    const { subject } = observe({ repository: store })
    if (subject === undefined) throw new Error('there is no subject')
    const resolved = resolve(subject, builtIn('pvc-backup'))
    if (!resolved.ok) throw new Error('the built-in Task does not resolve')
    const jobTemplate = resolved.template as never
    caches.configurations.observe(configuration({ jobTemplate }))
  })

  test('waits for a Function that comes after the Task, where a volume of the Task cannot be judged without it', async () => {
    addFunctions('pvc-backup')
    const { verdict, decision } = await template()
    expect(verdict).toMatchObject({ ok: false, reason: 'TaskNotFound' })
    expect([decision.status.phase, reasonOf(decision.status)]).toEqual(['Pending', 'TaskNotFound'])
  })

  test('may run once all Functions are there', async () => {
    addFunctions('pvc-backup', 'update-status')
    expect((await template()).verdict).toMatchObject({ ok: true, committed: true })
  })
})

describe('a policy that somebody wrote by hand, with texts that the compiler refuses,', () => {
  const form = Array.from({ length: 16 }, () => ({
    key: 'f',
    values: Array.from({ length: 4 }, () => 'x'.repeat(4096)),
  }))
  const hooked = (hooks: NonNullable<ReturnType<typeof configuration>['spec']['hooks']>) => {
    caches.configurations.observe(configuration({ hooks }))
    addFunctions('pvc-backup', 'update-status')
    return template()
  }

  test.each([
    ['an unknown variable', { postBackup: { httpPost: { port: 80, body: 'size $(BYTES_ADED)' } } }, 'HF2002'],
    ['a body that is no JSON', { postBackup: { httpPost: { port: 80, body: '{"a": $(PHASE)}' } } }, 'HF2007'],
    ['more than one argument can hold', { preBackup: { httpPost: { port: 80, form } } }, 'HF2007'],
  ])('starts no session with %s in a hook, and says what the compiler says', async (_what, hooks, code) => {
    const { decision } = await hooked(hooks)
    const ready = decision.status.conditions?.find(each => each.type === 'Ready')
    const [said = ''] = hookProblems(hooks, 'BackupConfiguration shop/data').map(formatProblem)
    expect(said).toMatch(new RegExp(`^${code} BackupConfiguration shop/data: spec.hooks.`))
    expect([decision.status.phase, ready?.reason, ready?.message]).toEqual(['Failed', 'InvalidSpec', said])
  })

  test('still runs with such texts in a notification: a typing error in a message costs no backup', async () => {
    const { verdict } = await hooked({
      notifications: [{ name: 'chat', on: ['Failed'], httpPost: { host: 'chat', port: 80, body: '$(PHAES)' } }],
    })
    expect(verdict).toMatchObject({ ok: true })
  })
})
