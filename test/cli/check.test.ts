import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { Terminal } from '../../cli/display/terminal.js'
import { program } from '../../cli/program.js'
import { UserError } from '../../cli/user-error.js'
import { beside, claimYaml } from '../constructs/manifests/manifest-folder.js'
import { policy, repository, trigger } from '../lib/coverage/fleet-objects.js'

type Files = Readonly<Record<string, string>>

const good: Files = {
  'apps/orders.yaml': claimYaml('orders'),
  'apps/cache.yaml': claimYaml('cache'),
  'dist/policies.yaml': [repository(), policy('orders'), trigger('orders')]
    .map(object => stringify(object))
    .join('---\n'),
  'exemptions.yaml': '# why\n- claim: shop/cache\n  reason: rebuilt at every start\n  until: 2026-12-01\n',
}

/** Runs `holdfast check` beside these files; `@` stands for their folder. */
async function check(files: Files, ...args: string[]): Promise<{ text: string; error: string; code: number }> {
  const work = async (folder: string) => {
    const [text, code, error] = await run([
      'check',
      '--today',
      '2026-11-22',
      ...args.map(each => each.replace(/^@/, folder)),
    ])
    const below = (said: string) => said.replaceAll(`${folder}/`, '').replaceAll(join(folder), '@')
    return { text: below(text), error: below(error), code }
  }
  return beside(files, work)
}

async function run(args: string[]): Promise<[text: string, code: number, error: string]> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  try {
    await program(terminal, new AbortController().signal).parseAsync(args, { from: 'user' })
    return [text, 0, '']
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return [text, error.exitCode, error.message]
  }
}

describe('holdfast check', () => {
  test('says how many claims are protected when all are, or exempt', async () => {
    const { text, code, error } = await check(good, '@/apps', '@/dist', '--exemptions', '@/exemptions.yaml')
    expect([code, error]).toEqual([0, ''])
    expect(text).toContain('✔ 1 of 2 claims protected, 1 exempt (1 expires within 30 days)  5 objects read')
  })

  test('says where a policy that was written by hand has a text that nobody could fill', async () => {
    const { spec, ...object } = policy('orders')
    const hooks = { postBackup: { httpGet: { port: 80, path: '/$(NAMESPCE)' } } }
    const objects = [repository(), { ...object, spec: { ...(spec as object), hooks } }, trigger('orders')]
    const { text, code } = await check(
      { ...good, 'dist/policies.yaml': objects.map(each => stringify(each)).join('---\n') },
      ...['@/apps', '@/dist', '--exemptions', '@/exemptions.yaml'],
    )
    expect(code).toBe(1)
    expect(text).toMatch(
      /dist\/policies\.yaml\n +[0-9]+:1 +HF2002 .*spec\.hooks\.postBackup\.httpGet\.path: .*\$\(NAMESPACE\)/s,
    )
  })

  test('finds a credential in clear in a policy that was written by hand, and does not repeat it', async () => {
    const { spec, ...object } = policy('orders')
    const httpPost = { host: 'hooks.slack.com', port: 443, scheme: 'HTTPS', path: '/services/T/B/hunter2' }
    const hooks = { notifications: [{ name: 'chat', on: ['Failed'], httpPost }] }
    const objects = [repository(), { ...object, spec: { ...(spec as object), hooks } }, trigger('orders')]
    const { text, code } = await check(
      { ...good, 'dist/policies.yaml': objects.map(each => stringify(each, { version: '1.1' })).join('---\n') },
      ...['@/apps', '@/dist', '--exemptions', '@/exemptions.yaml'],
    )
    expect(code).toBe(1)
    expect(text).toMatch(/HF2007 .*spec\.hooks\.notifications\[0\]\.httpPost\.host: .*it is a credential/s)
    expect(text).not.toContain('hunter2')
  })

  test('lists problems under their files, and fails', async () => {
    const { text, code, error } = await check({ ...good, 'apps/bad.yaml': 'kind: [\n' }, '@/apps', '@/dist')
    expect([code, error]).toEqual([1, '2 problems in apps, dist'])
    expect(text.split('\n')).toEqual([
      'apps/bad.yaml',
      expect.stringMatching(/^ {2}2:1 {2}HF5001 {2}apps\/bad\.yaml: /),
      '',
      'apps/cache.yaml',
      expect.stringMatching(/^ {2}1:1 {2}HF5101 {2}PersistentVolumeClaim shop\/cache: no policy backs it up/),
      '',
      '  ! 1 of 2 claims protected, 1 unprotected  5 objects read',
      '',
    ])
  })

  test('prints JSON for programs: the problems and nothing else', async () => {
    const { text } = await check(good, '@/apps', '@/dist', '-o', 'json')
    expect(JSON.parse(text)).toMatchObject([
      {
        code: 'HF5101',
        severity: 'error',
        object: 'PersistentVolumeClaim shop/cache',
        file: 'apps/cache.yaml',
        line: 1,
        column: 1,
      },
    ])
    const clean = await check(good, '@/apps', '@/dist', '-o', 'json', '--exemptions', '@/exemptions.yaml')
    expect(JSON.parse(clean.text)).toEqual([])
  })

  test('names an object that two files describe, with the place of the other', async () => {
    const { text } = await check(
      { ...good, 'apps/again.yaml': claimYaml('orders') },
      '@/apps',
      '@/dist',
      '--partial',
      '-o',
      'json',
    )
    expect(JSON.parse(text)).toMatchObject([
      { code: 'HF5101', file: 'apps/cache.yaml' },
      {
        code: 'HF5003',
        file: 'apps/orders.yaml',
        message: expect.stringContaining('also described at apps/again.yaml:1:1'),
      },
    ])
  })

  test('prints annotations for GitHub', async () => {
    const { text } = await check(good, '@/apps', '@/dist', '-o', 'github')
    expect(text).toContain(
      '::error file=apps/cache.yaml,line=1,col=1,title=HF5101 PersistentVolumeClaim shop/cache::no policy backs it up.',
    )
  })

  test('names faults of the exemptions file at their line', async () => {
    const ended = {
      ...good,
      'exemptions.yaml':
        '- {claim: shop/x, reason: a, until: 2027-01-01}\n- {claim: shop/cache, reason: b, until: 2026-01-01}\n',
    }
    const { text } = await check(ended, '@', '-o', 'json', '--exemptions', '@/exemptions.yaml')
    expect(JSON.parse(text)).toMatchObject([
      { code: 'HF5107', line: 1, object: 'exemption shop/x' },
      { code: 'HF5103', line: 2, object: 'exemption shop/cache' },
    ])
  })

  test.each<[string, Files, string[], number, RegExp]>([
    ['a place that is not there', good, ['@/nowhere'], 2, /nowhere does not exist/],
    ['a day that is none', good, ['@', '--today', '2026-13-01'], 2, /got the day '2026-13-01'/],
    ['a day that no February has', good, ['@', '--today', '2027-02-30'], 2, /got the day '2027-02-30'/],
    [
      'an exemptions file that is no list',
      { ...good, 'exemptions.yaml': 'a: 1\n' },
      ['@', '--exemptions', '@/exemptions.yaml'],
      2,
      /is not a list/,
    ],
    [
      'an unknown field of an exemption',
      { ...good, 'exemptions.yaml': '- {claims: a}\n' },
      ['@', '--exemptions', '@/exemptions.yaml'],
      2,
      /entry 0 has the field 'claims'/,
    ],
    [
      'an exemptions file with broken YAML',
      { ...good, 'exemptions.yaml': '- {\n' },
      ['@', '--exemptions', '@/exemptions.yaml'],
      2,
      /exemptions\.yaml:2:1: /,
    ],
    ['no object at all', { 'a.txt': '' }, ['@'], 1, /no Kubernetes object in any YAML or JSON file/],
  ])('refuses %s', async (_, files, args, code, message) => {
    expect(await check(files, ...args)).toMatchObject({ code, error: expect.stringMatching(message), text: '' })
  })

  test('leaves out what is excluded, and takes part of git for part of git', async () => {
    const excluded = await check(good, '@', '--exclude', '@/apps')
    expect(excluded.text).toContain('HF5104')
    expect(await check(good, '@', '--exclude', '@/apps', '--partial')).toMatchObject({ code: 0 })
  })
})
