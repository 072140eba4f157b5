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

const packed = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^build\/(lib|constructs)\/([a-z0-9-]+\/)*[a-z0-9.-]+\.(js|d\.ts)$/,
  /^build\/bundle\/(agent|client-node|controller|example|holdfast)\.cjs$/,
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
  const peers = Object.keys(manifest.peerDependencies).map(name => [name, versions[name]])
  const dependencies = { ...Object.fromEntries(peers), holdfast: `file:${tarball}` }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'shop', private: true, type: 'module', dependencies }),
  )
  const compilerOptions = { target: 'ES2022', module: 'NodeNext', strict: true, types: [], outDir: 'out', rootDir: '.' }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['policy.ts'] }))
  copyFileSync(join(root, 'test/fixtures/pack/policy.ts'), join(project, 'policy.ts'))
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=optional']
  output('npm', ['install', ...flags], project)
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
    output(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], project)
    const manifests = nodes.map(([, node], index) => synthesize(node, `dist-${index}`))
    expect(manifests[0]).toContain('kind: BackupConfiguration')
    expect(manifests[0]).toContain('kind: CronJob')
    expect(new Set(manifests).size).toBe(1)
  }, 120_000)

  test('starts its command', () => {
    expect(
      output(process.execPath, ['node_modules/holdfast/build/bundle/holdfast.cjs', '--version'], project),
    ).toContain(manifest.version)
  }, 60_000)
})
