import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { exampleFleet, synthesizeExample } from './example-fleet.mjs'
import { bin } from './step.mjs'
import { root } from './tools.mjs'

/** Every file below a folder, as a path relative to it. */
function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
}

/** One line per file that is missing, left over or changed in `committed`, seen from `fresh`. */
function differences(committed, fresh, names) {
  const all = names ?? [...new Set([...filesBelow(committed), ...filesBelow(fresh)])].sort()
  const lines = []
  for (const name of all) {
    const [old, made] = [join(committed, name), join(fresh, name)]
    const where = relative(root, old)
    if (!existsSync(made)) lines.push(`left over: ${where}`)
    else if (!existsSync(old)) lines.push(`missing:   ${where}`)
    else if (!readFileSync(old).equals(readFileSync(made))) lines.push(`changed:   ${where}`)
  }
  return lines
}

function generate(what, source, command, args) {
  if (!existsSync(join(root, source))) throw new Error(`${source} does not exist; it makes ${what}`)
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${what} cannot be made from ${source}:\n${stdout}${stderr}`)
}

const checks = [
  {
    what: 'dist',
    remedy: 'npm run synth',
    compare: folder => {
      const fresh = join(folder, 'dist')
      const args = ['synth', '--check-upgrade=false', '--output', fresh]
      generate('dist', 'examples/main.ts', bin('cdk8s'), args)
      if (filesBelow(fresh).length === 0) throw new Error('a fresh synth of examples/main.ts wrote no file')
      const operations = 'examples/operations.ts'
      const app = ['--app', `node --import tsx ${operations}`, '--output', join(fresh, 'operations')]
      generate('dist/operations', operations, bin('cdk8s'), ['synth', '--check-upgrade=false', ...app])
      const distribution = 'scripts/distribution.ts'
      generate('dist', distribution, process.execPath, ['--import', 'tsx', distribution, '--out', fresh])
      return differences(join(root, 'dist'), fresh)
    },
  },
  {
    what: 'the example repository',
    remedy: 'npm run synth:example',
    compare: folder => {
      const copy = synthesizeExample(folder)
      return [
        ...differences(join(exampleFleet, 'dist'), join(copy, 'dist')),
        ...differences(exampleFleet, copy, ['holdfast.lock']),
      ]
    },
  },
  {
    what: 'schemas',
    remedy: 'npm run schemas',
    compare: folder => {
      const fresh = join(folder, 'schemas')
      const args = ['--import', 'tsx', 'scripts/json-schemas.ts', '--out', fresh]
      generate('schemas', 'scripts/json-schemas.ts', process.execPath, args)
      return differences(join(root, 'schemas'), fresh)
    },
  },
  {
    what: 'docs',
    remedy: 'npm run docs',
    compare: folder => {
      const fresh = join(folder, 'docs')
      const args = ['--import', 'tsx', 'scripts/docs.ts', '--out', fresh]
      const measured = ['performance.md', 'reliability.md']
      const runbooks = ['BackupFailed', 'PolicyNotReady', 'RepositoryNotReady'].map(
        name => `runbooks/Holdfast${name}.md`,
      )
      const names = [
        'api.md',
        'errors.md',
        ...measured,
        'grafana-dashboard.json',
        'kube-state-metrics.yaml',
        ...runbooks,
      ]
      generate(`docs/{${names.join(',')}}`, 'scripts/docs.ts', process.execPath, args)
      const lost = names.filter(name => !existsSync(join(fresh, name)))
      if (lost.length > 0) throw new Error(`scripts/docs.ts --out wrote no ${lost.join(', ')}`)
      return differences(join(root, 'docs'), fresh, names)
    },
  },
]

const temporary = mkdtempSync(join(tmpdir(), 'holdfast-generated-'))
try {
  for (const { what, remedy, compare } of checks) {
    try {
      const lines = compare(temporary)
      if (lines.length === 0) continue
      process.stdout.write(`${what} is not what the source gives; run: ${remedy}\n${lines.join('\n')}\n`)
    } catch (error) {
      process.stdout.write(`${what}: ${error.message}\n`)
    }
    process.exitCode = 1
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
