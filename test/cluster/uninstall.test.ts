import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/upgrades.md'), 'utf8')
const commands = /## Taking Holdfast away[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

// The suite that really takes everything away is objects/definitions.test.ts: here other suites still need the system.
test('the commands that take Holdfast away find all of it, as the page on upgrades has them', () => {
  const tried = commands.replaceAll('kubectl delete ', 'kubectl delete --dry-run=server ')
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', tried], { encoding: 'utf8' })
  expect([stderr.replace(/^(Warning: .*|No resources found.*)\n/gm, ''), status]).toEqual(['', 0])
  for (const { plural } of kinds) expect(stdout).toContain(`"${plural}.holdfast.dev" deleted (server dry run)`)
  const parts = ['deployment.apps "holdfast-controller"', 'namespace "holdfast-system"']
  const roles = ['controller', 'view', 'operate', 'edit'].map(name => `"holdfast-${name}" deleted`)
  for (const part of [...parts, ...roles, '"holdfast-restores" deleted', '"pvc-backup" deleted']) {
    expect(stdout).toContain(part)
  }
}, 60_000)
