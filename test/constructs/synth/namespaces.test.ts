import { dirname } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ApiObject, App, Chart } from 'cdk8s'
import { parse } from 'yaml'
import { Backend, Holdfast, Repository, Retention, Schedule, VolumeBackup } from '../../../constructs/index.js'
import { filesOf, type LayoutOptions } from '../../../constructs/synth/synthesis.js'
import { fleet, plain } from './team-fleet.js'

function texts(app: App, options: LayoutOptions = { layout: 'namespaces' }): Map<string, string> {
  return new Map(filesOf(app, options).map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]))
}

const manifests = (files: Iterable<string>) => [...files].filter(path => !path.endsWith('kustomization.yaml')).sort()

/** Objects that a kustomization gathers, by walking its resources as kustomize does. */
function gathered(files: ReadonlyMap<string, string>, folder: string): string[] {
  const { resources } = parse(files.get(`${folder}/kustomization.yaml`) ?? '') as { resources: string[] }
  return resources.flatMap(name => {
    const path = name.startsWith('../') ? `${dirname(folder)}/${name.slice(3)}` : `${folder}/${name}`
    return files.has(path) ? [path] : gathered(files, path)
  })
}

const folders = (files: Iterable<string>) =>
  [...files].filter(path => path.endsWith('/kustomization.yaml')).map(path => dirname(path))

describe('the namespaces layout', () => {
  test('gives each object a file of its own, policies together, system and definitions apart', () => {
    const app = new App()
    new Holdfast(new Chart(app, 'control'), 'holdfast')
    const shop = new Chart(app, 'shop', { namespace: 'shop' })
    const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'demo', secretName: 'keys' })
    new VolumeBackup(shop, 'orders', {
      claim: 'orders-data',
      repository: new Repository(shop, 'store', { backend }),
      schedule: Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' }),
      retention: Retention.keep({ daily: 7 }),
    })
    const files = manifests(texts(app).keys())
    expect(files.filter(path => path.startsWith('shop/'))).toEqual([
      'shop/orders/backupconfiguration.orders.holdfast.dev.yaml',
      'shop/orders/cronjob.orders-trigger.batch.yaml',
      'shop/orders/role.orders-trigger.rbac.authorization.k8s.io.yaml',
      'shop/orders/rolebinding.orders-trigger.rbac.authorization.k8s.io.yaml',
      'shop/orders/serviceaccount.orders-trigger.yaml',
      'shop/store/repository.store.holdfast.dev.yaml',
    ])
    expect(new Set(files.map(path => path.split('/')[0]))).toEqual(new Set(['crds', 'shop', 'system']))
    expect(files).toContain('system/holdfast-controller/deployment.holdfast-controller.apps.yaml')
    expect(files).toContain('system/holdfast-controller/clusterrole.holdfast-controller.rbac.authorization.k8s.io.yaml')
    expect(files.filter(path => path.startsWith('crds/')).map(path => path.split('/')[1])).toEqual(
      Array.from({ length: 6 }, () => 'holdfast.dev'),
    )
  })

  test('moves no file when another comes or goes, also beyond the limit', () => {
    const less = manifests(texts(fleet({ shop: 149, blog: 3 })).keys())
    const more = manifests(texts(fleet({ shop: 400, blog: 3, aaa: 1 })).keys())
    expect(less.filter(path => !more.includes(path))).toEqual([])
    expect(more.length - less.length).toBe(2 * 251 + 3)
  })

  test('gathers every object of a namespace, and never more than 300 at once', () => {
    const files = texts(fleet({ shop: 150, mall: 2000, blog: 3 }))
    const wholes = folders(files.keys())
    for (const folder of wholes) expect(gathered(files, folder).length).toBeLessThanOrEqual(300)
    expect(gathered(files, 'shop')).toHaveLength(300)
    expect(wholes).not.toContain('mall')
    const parts = wholes.filter(folder => folder.startsWith('mall/_part-'))
    expect(parts.length).toBeLessThan(300)
    expect(new Set(parts.flatMap(part => gathered(files, part))).size).toBe(4000)
    expect(parts.flatMap(part => gathered(files, part))).toHaveLength(4000)
  })

  test('changes one part when a policy comes to a large namespace', () => {
    const [before, after] = [texts(fleet({ mall: 400 })), texts(fleet({ mall: 401 }))]
    const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path)
    expect(changed.filter(path => path.includes('_part-'))).toHaveLength(1)
    expect(changed).toHaveLength(4)
    expect([...before.keys()].filter(path => !after.has(path))).toEqual([])
  })

  test('of teams goes by the label of an object or of its Namespace, or by a function', () => {
    const app = fleet({ shop: 1, spa: 1, blog: 1 })
    plain(new Chart(app, 'other', { namespace: 'shop' }), 'own', 'Deployment', 'own', { team: 'blue' })
    const files = manifests(texts(app, { team: 'team' }).keys()).filter(path => !path.startsWith('system/'))
    expect(new Set(files.map(dirname))).toEqual(
      new Set(['blue/shop/own', ...['team-s', 'team-b'].flatMap(team => matching(files, team))]),
    )
    expect(matching(files, 'team-s')).toHaveLength(2)
    const byFunction = manifests(
      texts(app, { team: ({ namespace }) => (namespace === 'blog' ? 'web' : undefined) }).keys(),
    )
    expect(byFunction).toContain('web/blog/app-0/deployment.app-0.apps.yaml')
    expect(byFunction).toContain('shop/own/deployment.own.apps.yaml')
  })

  test('keeps names apart that a file system would not, and folders that have a meaning', () => {
    const app = new App()
    const chart = new Chart(app, 'rbac')
    for (const [index, name] of ['system:view', 'system-view', 'System:view', 'x'.repeat(253)].entries()) {
      new ApiObject(chart, `r${index}`, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name },
      })
    }
    plain(new Chart(app, 'odd', { namespace: 'system' }), 'a', 'Deployment', 'a')
    const files = manifests(texts(app).keys())
    expect(new Set(files.map(path => path.toLowerCase())).size).toBe(5)
    expect(files).toContain('system.namespace/a/deployment.a.apps.yaml')
    for (const path of files) for (const part of path.split('/')) expect(part).toMatch(/^[a-z0-9][a-z0-9.-]{0,254}$/)
  })

  test('refuses two objects of one kind, name and namespace', () => {
    const app = new App()
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    plain(chart, 'a', 'Deployment', 'web')
    plain(chart, 'b', 'Deployment', 'web')
    expect(() => filesOf(app, { layout: 'namespaces' })).toThrow(
      'HF6001 shop/b: would be written to shop/web/deployment.web.apps.yaml, and so would shop/a',
    )
  })
})

function matching(files: readonly string[], team: string): string[] {
  return [...new Set(files.map(dirname).filter(path => path.startsWith(`${team}-`)))]
}
