import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findTool } from '../scripts/tools.mjs'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-pack-'))
const project = join(folder, 'project')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const node24 = findTool('node24')
const nodes: [string, string][] = [['the current Node', process.execPath]]
if (node24 !== undefined) nodes.push(['Node 24', node24])

/** Programs of a user, and the global types that each needs. */
const sources: [string, string[]][] = [
  ['policy.ts', []],
  ['policies.spec.ts', ['node']],
]
const packed = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^build\/(lib|constructs|testing)\/([a-z0-9-]+\/)*[a-z0-9.-]+\.(js|d\.ts)$/,
  /^build\/bundle\/(agent|client-node|commands|controller|example|holdfast|synth-preload)\.cjs$/,
  /^schemas\/holdfast\.dev\/[a-z]+_v1alpha1\.json$/,
  /^dist\/install\/(crds|holdfast)\.yaml$/,
  /^dist\/kustomize\/(crds|cluster|system|components|overlays)\/([a-z-]+\/)*[a-z]+\.yaml$/,
  /^dist\/kustomize\/kustomization\.yaml$/,
  /^dist\/chart\/holdfast(-crds)?\/(Chart\.yaml|values\.yaml|values\.schema\.json)$/,
  /^dist\/chart\/holdfast(-crds)?\/templates\/[A-Za-z_-]+\.(yaml|tpl|txt)$/,
  /^build\/bundle\/report-page\.(js|css)$/,
]

/** Runs a program and gives its output; a failure shows what it printed. */
function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`)
  return stdout
}

function pack(): { tarball: string; files: string[] } {
  // The build is npm test's own step; building again would change files that other tests are reading.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [entry] = JSON.parse(output('npm', args, root))
  return { tarball: join(folder, entry.filename), files: entry.files.map((file: { path: string }) => file.path) }
}

function makeProject(tarball: string): void {
  mkdirSync(project)
  const versions: Record<string, string> = manifest.devDependencies
  const peers = ['cdk8s', 'cdk8s-plus-27', 'constructs', '@jest/globals', 'jest'].map(name => [name, versions[name]])
  const dependencies = { ...Object.fromEntries(peers), holdfast: `file:${tarball}` }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'shop', private: true, type: 'module', dependencies }),
  )
  const compilerOptions = { target: 'ES2022', module: 'NodeNext', strict: true, outDir: 'out', rootDir: '.' }
  for (const [file, types] of sources) {
    // Jest’s own declarations need Node’s; a policy’s program needs none.
    const config = { compilerOptions: { ...compilerOptions, types }, files: [file] }
    writeFileSync(join(project, `${file}.json`), JSON.stringify(config))
    copyFileSync(join(root, 'test/fixtures/pack', file), join(project, file))
  }
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  output('npm', ['install', ...flags], project)
}

function compile(file: string, ...options: readonly string[]): void {
  output(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', `${file}.json`, ...options], project)
}

function synthesize(node: string, outdir: string): string {
  execFileSync(node, ['out/policy.js'], { cwd: project, stdio: 'pipe', env: { ...process.env, CDK8S_OUTDIR: outdir } })
  const files = readdirSync(join(project, outdir), { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.yaml'),
  )
  return files
    .sort()
    .map(name => readFileSync(join(project, outdir, name), 'utf8'))
    .join('---\n')
}

describe('the package', () => {
  let files: string[] = []

  beforeAll(() => {
    if (!existsSync(join(root, 'build/constructs/index.js'))) {
      throw new Error('build/ does not exist; make it first: npm run build')
    }
    const made = pack()
    files = made.files
    makeProject(made.tarball)
  }, 300_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('holds what its users need and nothing else', () => {
    expect(files.filter(file => !packed.some(pattern => pattern.test(file)))).toEqual([])
    expect(packed.filter(pattern => !files.some(file => pattern.test(file)))).toEqual([])
    expect(files).toEqual(
      expect.arrayContaining(['agent', 'controller', 'example', 'holdfast'].map(name => `build/bundle/${name}.cjs`)),
    )
  })

  test('brings no Kubernetes client and no metrics client into a project of policies', () => {
    const installed = readdirSync(join(project, 'node_modules'), { recursive: true, encoding: 'utf8' })
    expect(installed.filter(name => /(^|\/)(@kubernetes\/client-node|prom-client)$/.test(name))).toEqual([])
  })

  test('type-checks a policy in a fresh project and synthesizes it, with the same bytes on every Node', () => {
    compile('policy.ts')
    const manifests = nodes.map(([, node], index) => synthesize(node, `dist-${index}`))
    expect(manifests[0]).toContain('kind: BackupConfiguration')
    expect(manifests[0]).toContain('kind: CronJob')
    expect(new Set(manifests).size).toBe(1)
  }, 120_000)

  test('tests a policy in a fresh project with plain Jest', () => {
    compile('policies.spec.ts')
    const config = JSON.stringify({ transform: {}, testMatch: ['**/out/*.spec.js'], testEnvironment: 'node' })
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--config', config]
    const { status, stderr } = spawnSync(process.execPath, jest, { cwd: project, encoding: 'utf8' })
    expect(stderr).toContain('2 passed')
    expect(status).toBe(0)
  }, 120_000)

  test.each([
    ['Node16', 'Node16'],
    ['ESNext', 'bundler'],
  ])(
    'has its types where modules are %s and found as by %s',
    (module, resolution) => {
      compile('policies.spec.ts', '--noEmit', '--module', module, '--moduleResolution', resolution)
    },
    120_000,
  )

  test('brings what the page on installing applies, at the place that it names', () => {
    const page = readFileSync(join(root, 'docs/install.md'), 'utf8')
    const commands = [...page.matchAll(/^ *(?:kubectl|helm) .*$/gm)].map(([line]) => line)
    const named = commands.flatMap(line => line.match(/\bdist\/[\w./-]+/g) ?? [])
    expect(named.length).toBeGreaterThan(5)
    const [, place = ''] = /`cd (node_modules\/holdfast)`/.exec(page) ?? []
    expect(named.filter(path => !existsSync(join(project, place, path)))).toEqual([])
  })

  test('starts its command', () => {
    expect(
      output(process.execPath, ['node_modules/holdfast/build/bundle/holdfast.cjs', '--version'], project),
    ).toContain(manifest.version)
  }, 60_000)
})
