import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiObject,
  App,
  type AppProps,
  Chart,
  Duration,
  Include,
  type IResolver,
  JsonPatch,
  Lazy,
  type ResolutionContext,
} from 'cdk8s'
import { ConfigMap, CronJob, Deployment, k8s, Volume } from 'cdk8s-plus-27'
import { Construct, DependencyGroup } from 'constructs'
import {
  Backend,
  Holdfast,
  Repository,
  Retention,
  Schedule,
  VolumeBackup,
  VolumeRestore,
} from '../../../constructs/index.js'

const thing = (scope: Construct, id: string, spec: unknown = {}) =>
  new ApiObject(scope, id, { apiVersion: 'example.com/v1', kind: 'Thing', spec })

class Upper implements IResolver {
  resolve(context: ResolutionContext): void {
    const { value } = context
    if (typeof value === 'string' && value.startsWith('up:')) context.replaceValue(value.slice(3).toUpperCase())
  }
}

/** Changes what it gets from its parent class. */
class Renamed extends ApiObject {
  override toJson(): Record<string, unknown> {
    const manifest = super.toJson()
    manifest.spec.seen = 'yes'
    return manifest
  }
}

function policies(app: App): void {
  new Holdfast(new Chart(app, 'holdfast-system'), 'holdfast', { clusterName: 'demo' })
  const shop = new Chart(app, 'shop', { namespace: 'shop' })
  const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'demo', secretName: 'keys' })
  const repository = new Repository(shop, 'store', { backend })
  const schedule = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })
  const retention = Retention.keep({ daily: 7 })
  new VolumeBackup(shop, 'orders', { claim: 'orders-data', repository, schedule, retention })
  new VolumeRestore(shop, 'seed', { claim: 'orders-data', repository })
}

function values(app: App): void {
  const chart = new Chart(app, 'values', { labels: { b: '2', a: '1' } })
  const shared = { z: 1, a: 2 }
  thing(chart, 'plain', {
    nothing: null,
    absent: undefined,
    list: [null, undefined, 1, [], {}],
    10: 'x',
    9: 'y',
    shared,
  })
  thing(chart, 'again', { shared, deep: { b: { d: 1, c: 2 }, a: [{ y: 1, x: 2 }] } })
  thing(chart, 'texts', {
    yes: 'yes',
    octal: '0777',
    number: '1e3',
    date: '2026-01-01',
    empty: '',
    script: 'a\nb\n',
    pad: ' x ',
  })
  thing(chart, 'tokens', {
    lazy: Lazy.any({ produce: () => [{ resolve: () => ({ b: 1, a: null }) }] }),
    port: k8s.IntOrString.fromNumber(80),
  })
  const named = new ApiObject(chart, 'named', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'own', annotations: {}, finalizers: [], namespace: 'elsewhere', labels: { a: 'own' } },
    data: { k: 'v' },
    immutable: true,
  })
  named.metadata.addLabel('late', 'yes')
  named.metadata.add('generateName', Lazy.any({ produce: () => 'g-' }))
  named.metadata.addOwnerReference({ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '1' })
  named.addJsonPatch(JsonPatch.remove('/metadata/namespace'), JsonPatch.add('/zeta', { b: 1, a: [] }))
  new Renamed(chart, 'renamed', { apiVersion: 'v1', kind: 'Renamed', spec: { fixed: { b: 1 } } })
}

function plus(app: App): void {
  const chart = new Chart(app, 'plus')
  new ConfigMap(chart, 'config', { data: { 'a.sh': '#!/bin/sh\necho a\n' } })
  const web = new Deployment(chart, 'web', { containers: [{ image: 'nginx', portNumber: 80 }] })
  web.exposeViaService()
  const job = new CronJob(chart, 'job', {
    schedule: { expressionString: '0 1 * * *' } as never,
    containers: [{ image: 'busybox', startup: undefined } as never],
    activeDeadline: Duration.minutes(3),
  })
  job.addVolume(Volume.fromEmptyDir(chart, 'volume', 'scratch'))
}

function dependent(app: App): void {
  const [first, second, third] = ['first', 'second', 'third'].map(id => new Chart(app, id)) as [Chart, Chart, Chart]
  const group = new Construct(first, 'group')
  const [a, b, c] = [thing(group, 'a'), thing(first, 'b'), thing(group, 'c')]
  a.addDependency(b)
  b.node.addDependency(thing(second, 'x'))
  second.addDependency(third)
  const inner = new Chart(third, 'inner')
  thing(inner, 'deep')
  c.node.addDependency(new DependencyGroup(thing(third, 'y'), inner))
  new Chart(app, '7')
}

function included(app: App): void {
  const file = join(tmpdir(), `holdfast-zoo-${process.pid}.yaml`)
  const crd =
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n  group: example.com\n'
  writeFileSync(file, `${crd}---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n`)
  new Include(new Chart(app, 'included'), 'crds', { url: file })
  rmSync(file)
}

/** Apps of every kind that cdk8s takes; each builds the same app each time. */
export const zoo: Readonly<Record<string, (props: AppProps) => App>> = {
  'policies of ours': props => filled(props, policies),
  'values, tokens and patches': props => filled(props, values),
  'objects of cdk8s-plus': props => filled(props, plus),
  'dependencies within and across charts': props => filled(props, dependent),
  'included files': props => filled(props, included),
  'an empty chart': props => filled(props, app => new Chart(app, 'Empty Chart')),
  'no chart': props => filled(props, () => undefined),
  'a resolver of its own': props =>
    filled({ ...props, resolvers: [new Upper()] }, app => {
      thing(new Chart(app, 'up'), 'up', { word: 'up:word', list: ['up:a', Lazy.any({ produce: () => 'up:b' })] })
    }),
  'metadata of constructs': props => filled({ ...props, recordConstructMetadata: true }, values),
  'another extension': props => filled({ ...props, outputFileExtension: '.yaml' }, dependent),
}

function filled(props: AppProps, fill: (app: App) => unknown): App {
  const app = new App(props)
  fill(app)
  return app
}
