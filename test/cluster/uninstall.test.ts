import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'
import { repositoryIn } from './admission/requests.js'
import { foreignDefinitions, foreignGroup, foreignObjects } from './foreign-kinds.js'

const namespace = `hf-uninstall-${process.pid}`
const page = readFileSync(join(import.meta.dirname, '../../docs/upgrades.md'), 'utf8')
const commands = /## Taking Holdfast away[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

function kubectl(args: readonly string[], objects: readonly unknown[] = []): string {
  const input = objects.map(object => JSON.stringify(object)).join('\n')
  const { status, stdout, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}
const apply = (objects: readonly unknown[]) => kubectl(['apply', '--server-side', '-f', '-'], objects)

// Another product’s kinds of the same names, in a group that kubectl finds before ours.
beforeAll(() => {
  apply(foreignDefinitions)
  const names = foreignDefinitions.map(({ metadata }) => `crd/${metadata.name}`)
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names])
  kubectl(['create', 'namespace', namespace])
  apply([...foreignObjects(namespace), repositoryIn(namespace, '/srv')])
}, 90_000)
afterAll(() => {
  kubectl(['delete', 'crd', ...foreignDefinitions.map(({ metadata }) => metadata.name), '--ignore-not-found'])
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
}, 90_000)

// The suite that really takes everything away is objects/definitions.test.ts: here other suites still need the system.
test('the commands that take Holdfast away find all of it and nothing of another product, as the page on upgrades has them', () => {
  const tried = commands.replaceAll('kubectl delete ', 'kubectl delete --dry-run=server ')
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', tried], { encoding: 'utf8' })
  expect([stderr.replace(/^(Warning: .*|No resources found.*)\n/gm, ''), status]).toEqual(['', 0])
  expect(stdout).not.toContain(foreignGroup)
  for (const { plural } of kinds) expect(stdout).toContain(`"${plural}.holdfast.dev" deleted (server dry run)`)
  const parts = ['deployment.apps "holdfast-controller"', 'namespace "holdfast-system"']
  const roles = ['controller', 'view', 'operate', 'edit'].map(name => `"holdfast-${name}" deleted`)
  const ours = 'repository.holdfast.dev "own" deleted'
  for (const part of [ours, ...parts, ...roles, '"holdfast-restores" deleted', '"pvc-backup" deleted']) {
    expect(stdout).toContain(part)
  }
}, 60_000)

test('of a bare plural kubectl takes the other product’s kind, so that this is worth a test', () => {
  expect(kubectl(['get', 'repositories', '-A', '-o', 'name'])).toContain(`repository.${foreignGroup}/theirs`)
})
