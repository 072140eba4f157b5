import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { toolPath } from '../../scripts/tools.mjs'
import { manifestOf, policyApp } from '../constructs/policy-app.js'
import { objectsIn, sorted, WrittenDistribution } from '../distribution/written-distribution.js'
import { recordFigures } from '../faults/figures.js'

const own = `hfd${process.pid}`
const release = `${own}-release`
/** Where the example overlay has the system. */
const overlay = `${own}-backup`
const distribution = new WrittenDistribution()

/** Another group and other names, so that the Holdfast of this cluster and its policies are not touched. */
function renamed(text: string): string {
  return text
    .replaceAll('holdfast.dev', `${own}.dev`)
    .replaceAll(/\bholdfast-/g, `${own}-`)
    .replaceAll('backup-system', overlay)
}

function renameAll(): void {
  for (const entry of readdirSync(distribution.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) writeFileSync(path, renamed(readFileSync(path, 'utf8')))
  }
}

function run(program: 'kubectl' | 'helm', args: readonly string[], input = ''): string {
  const homes = ['HELM_CACHE_HOME', 'HELM_CONFIG_HOME', 'HELM_DATA_HOME']
  const env = { ...process.env, ...Object.fromEntries(homes.map(name => [name, distribution.path('helm')])) }
  return execFileSync(toolPath(program), args, { input, env, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 })
}

const kubectl = (...args: readonly string[]): string => run('kubectl', args)
const helm = (...args: readonly string[]): string => run('helm', args)
const names = (...args: readonly string[]): string[] =>
  kubectl('get', ...args, '-o', 'name')
    .split('\n')
    .filter(Boolean)

/** What the API server would change if these were applied once more; empty when nothing. */
function difference(...source: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('kubectl', ['diff', '--server-side', ...source], { encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}`
}

function established(): void {
  kubectl('wait', '--for=condition=Established', '--timeout=30s', '-f', distribution.path('install/crds.yaml'))
}

/** An object as Helm marks it for its own. */
function managedByHelm(object: ManifestObject): ManifestObject {
  const labels = { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' }
  return { ...object, metadata: { ...object.metadata, labels } }
}

/** A Repository of somebody, as the compiler writes it. */
function repository(namespace: string): string {
  const { metadata, ...object } = manifestOf(policyApp(namespace).app, 'Repository')
  return renamed(JSON.stringify({ ...object, metadata: { ...metadata, namespace } }))
}

beforeAll(renameAll)

afterAll(() => {
  for (const file of ['install/holdfast.yaml', 'install/crds.yaml'])
    kubectl('delete', '-f', distribution.path(file), '--ignore-not-found', '--wait=false')
  for (const namespace of [overlay, release])
    kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false')
  distribution.remove()
})

describe('plain YAML on a real API server', () => {
  const files = ['crds', 'holdfast'].map(name => distribution.path(`install/${name}.yaml`))
  const [crds = '', system = ''] = files

  test('is taken in two commands, and a second time changes nothing', () => {
    kubectl('apply', '--server-side', '-f', crds)
    established()
    kubectl('apply', '--server-side', '-f', system)
    expect(difference('-f', crds)).toBe('')
    expect(difference('-f', system)).toBe('')
    const applied = files.flatMap(file => objectsIn(readFileSync(file, 'utf8'))).length
    recordFigures('distribution', { applied, differences: 0 })
  })

  test('gives way to the example overlay of kustomize without a difference that stays', () => {
    const folder = distribution.path('kustomize/overlays/example')
    kubectl('apply', '--server-side', '-k', folder)
    expect(difference('-k', folder)).toBe('')
    expect(names('-n', overlay, 'deployments,poddisruptionbudgets').length).toBe(2)
    kubectl('delete', '--wait=false', '-f', system)
  })
})

describe('the charts on a real API server', () => {
  const [chart, definitions] = ['holdfast', 'holdfast-crds'].map(name => distribution.path('chart', name)) as [
    string,
    string,
  ]
  const values = ['--set', 'replicas=0', '--set', 'pushgateway.url=']
  const into = ['-n', release]

  test('of the system says what is missing when the definitions are not there', () => {
    kubectl('delete', '-f', distribution.path('install/crds.yaml'))
    const install = () => helm('install', 'system', chart, ...into, '--create-namespace', ...values)
    expect(install).toThrow('ensure CRDs are installed first')
  })

  test('of definitions is installed first, and updates them', () => {
    helm('install', 'definitions', definitions, ...into, '--create-namespace')
    established()
    const file = join(definitions, 'templates/definitions.yaml')
    const changed = readFileSync(file, 'utf8').replace('shortNames:', 'shortNames:\n      - hfnew')
    writeFileSync(file, changed)
    helm('upgrade', 'definitions', definitions, ...into)
    expect(kubectl('get', 'customresourcedefinitions', '-o', 'jsonpath={..shortNames}')).toContain('hfnew')
  })

  test('of the system is installed into a namespace of any name, with exactly its objects', () => {
    helm('install', 'system', chart, ...into, ...values)
    run('kubectl', ['apply', '--server-side', '-f', '-'], repository(release))
    const manifest = helm('get', 'manifest', 'system', ...into)
    const rendered = objectsIn(manifest)
    const live: { items: ManifestObject[] } = JSON.parse(run('kubectl', ['get', '-f', '-', '-o', 'json'], manifest))
    expect(rendered.length).toBeGreaterThan(10)
    expect(sorted(live.items)).toMatchObject(sorted(rendered).map(managedByHelm))
  })

  test('of the system is upgraded to other values', () => {
    const more = ['--set', 'replicas=0', '--set', 'clusterName=production', '--set', 'trustedImages={a:1,b:2}']
    helm('upgrade', 'system', chart, ...into, ...more)
    const args = kubectl(...into, 'get', 'deployment', `${own}-controller`, '-o', 'jsonpath={..args}')
    expect(args).toContain('--cluster-name=production')
    expect(args).toContain('--trusted-images=[\\"a:1\\",\\"b:2\\"]')
    expect(names(...into, 'persistentvolumeclaims')).toEqual([`persistentvolumeclaim/${own}-pushgateway`])
  })

  test('are uninstalled without the definitions, and without anybody’s objects', () => {
    helm('uninstall', 'system', ...into)
    helm('uninstall', 'definitions', ...into)
    expect(names(...into, 'deployments,roles')).toEqual([])
    expect(names(...into, `repositories.${own}.dev`)).toEqual([`repository.${own}.dev/store`])
    expect(names('customresourcedefinitions').filter(name => name.endsWith(`${own}.dev`)).length).toBe(6)
  })
})
