import { type ChildProcess, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { holdfast, inFolder, root } from './command.js'

const policies = join(root, 'test/cli/policies')

describe('holdfast try', () => {
  test('takes the example from policy to compared restore and keeps what --keep says', async () => {
    await inFolder(async folder => {
      const { code, stdout, stderr } = await holdfast(['try', '--keep'], folder)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(
        /✔ +[\d.]+ s {2}pvc-backup: repository made; 30 files, 170\.3 KiB stored as snapshot [0-9a-f]{8}/,
      )
      expect(stdout).toMatch(/update-status: the repository has the snapshot, metrics pushed/)
      expect(stdout).toMatch(/restic check {2}no damage found/)
      expect(stdout).toMatch(/✔ all 30 files equal the originals/)
      expect(stdout).toMatch(/RestoreSession sandbox\/app-restore +Succeeded/)
      expect(stdout).toMatch(/holdfast_backup_session_success +sandbox\/app +1 \(yes\)/)
      expect(stdout).toMatch(/holdfast_repository_integrity +sandbox\/local +1 \(yes\)/)
      expect(stdout).not.toMatch(/\x1b/)

      const [, password = '', repository = ''] =
        /RESTIC_PASSWORD_FILE=(\S+) restic -r (\S+) snapshots/.exec(stdout) ?? []
      const env = { ...process.env, RESTIC_PASSWORD_FILE: password }
      const args = ['-r', repository, '--no-cache', '--no-lock', 'snapshots', '--json']
      expect(JSON.parse(execFileSync(toolPath('restic'), args, { cwd: folder, env, encoding: 'utf8' }))).toHaveLength(1)

      const again = await holdfast(['try', '--keep'], folder)
      expect(again.code).toBe(1)
      expect(again.stderr).toMatch(/holdfast-try is there already.*rm -rf holdfast-try/)
    })
  }, 90_000)

  test('a policy with problems ends with 1, names each with its place, and starts and writes nothing', async () => {
    await inFolder(async folder => {
      const { code, stdout, stderr } = await holdfast(['try', join(policies, 'broken.ts'), '--keep'], folder)
      expect(code).toBe(1)
      expect(stderr).toMatch(/the policy has 3 problems; nothing was written/)
      for (const problem of ['HF1002', 'HF1008', 'HF1005'])
        expect(stderr).toMatch(new RegExp(`  ${problem} shop/.*broken\\.ts:\\d+`))
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(stdout).not.toMatch(/Stage/)
      expect(readdirSync(folder)).toEqual([])
    })
  }, 30_000)

  test('a policy that throws ends with 1, its message and the line it came from', async () => {
    await inFolder(async folder => {
      const { code, stderr } = await holdfast(['try', join(policies, 'crashing.ts')], folder)
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /the policy does not run: TypeError: the price list is missing\n {2}at priceList \(.*crashing\.ts:2:\d+\)\n$/,
      )
    })
  }, 30_000)

  test('Ctrl-C, also one that arrives twice, ends every process and leaves no file', async () => {
    await inFolder(async folder => {
      chmodSync(folder, 0o755)
      const interrupt = (child: ChildProcess, text: string) => {
        if (!text.includes('Job app-')) return
        child.kill('SIGINT')
        child.kill('SIGINT')
      }
      const { code, stderr } = await holdfast(['try'], folder, { TMPDIR: folder }, interrupt)
      expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('interrupted') })
      expect(readdirSync(folder)).toEqual([])
      expect(execFileSync('ps', ['axeww', '-o', 'args='], { encoding: 'utf8' })).not.toContain(folder)
    })
  }, 60_000)

  test('without restic it says what to install', async () => {
    await inFolder(async folder => {
      const { code, stderr } = await holdfast(['try'], folder, { PATH: folder })
      expect(code).toBe(1)
      expect(stderr).toMatch(/restic is not on PATH; .* 0\.17\.1 or newer/)
    })
  }, 30_000)

  test('a policy that is no file, like any wrong command line, ends with 2', async () => {
    await inFolder(async folder => {
      const { code, stderr } = await holdfast(['try', 'policy.ts'], folder)
      expect(code).toBe(2)
      expect(stderr).toMatch(/policy\.ts: there is no such file/)
      expect(existsSync(join(folder, 'holdfast-try'))).toBe(false)
      expect(await holdfast(['trry'], folder)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/Did you mean try/),
      })
    })
  }, 30_000)
})
