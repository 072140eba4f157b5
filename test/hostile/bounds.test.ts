import { afterAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { annotations } from '../../lib/api/group.js'
import { inputHash } from '../../lib/input-hash.js'
import * as names from '../../lib/names.js'
import { InvalidInputError } from '../../lib/problem.js'
import { resolve } from '../../lib/resolver.js'
import { isFullId, type Snapshot } from '../../lib/restic/messages.js'
import { selectSnapshots } from '../../lib/restic/selection.js'
import { passGate } from '../../lib/template-gate.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { jsonLog } from '../../runtime/controller/log.js'
import { sessionJob } from '../../runtime/controller/session/job.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import { backupSubject } from '../lib/subject.js'
import { backupSession, begun, builtIn, configuration, observe } from '../runtime/controller/observation.js'
import { runs, Tally } from './cases.js'
import { hostileText } from './hostile-text.js'

const tally = new Tally('bounds')
afterAll(() => tally.leave())

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const object = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,120}[a-z0-9])?$/)

describe('a name', () => {
  test('made of any text is a DNS label, and of two texts never the same', () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.nat(9), (one, other, attempt) => {
        tally.count('names')
        const made = (text: string) => [
          names.boundedName([text]),
          names.triggerName(text),
          names.sessionName(text, new Date(0)),
          names.manualSessionName(text, 'x'),
          names.attemptJobName(text, 'uid', attempt),
          names.finishJobName(text, 'uid', attempt),
          names.maintainJobName(text, 'uid', 'x'),
          names.interimClaimName(text, 'uid', text),
        ]
        for (const name of made(one)) expect(name.length <= 63 && label.test(name)).toBe(true)
        const others = made(other)
        expect(made(one).some((name, index) => name === others[index])).toBe(one === other)
      }),
      runs(500),
    )
  })

  test('of an object as a label’s value is never that of another one', () => {
    fc.assert(
      fc.property(object, name => {
        tally.count('label values')
        const value = names.labelValue(name)
        expect(value.length).toBeLessThanOrEqual(63)
        if (value !== name) expect(names.labelValue(value)).not.toBe(value)
      }),
      runs(500),
    )
  })
})

test('YAML of any text under any key is read back as it was, or is refused', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (key, text) => {
      tally.count('YAML')
      const value = { metadata: { name: text, labels: { [key]: text } }, spec: [text, { [key]: [text] }] }
      try {
        expect(parse(emitYaml(value))).toEqual(JSON.parse(JSON.stringify(value)))
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error
      }
    }),
    runs(500),
  )
})

describe('an enormous input', () => {
  const snapshot = (number: number, tags: string[], path: string): Snapshot => ({
    ...{ id: number.toString(16).padStart(64, '0'), time: '2026-11-22T03:00:00Z', host: 'h' },
    ...{ paths: [path], tags },
  })

  // With a look at all the others for each one this takes minutes.
  test('of twenty thousand snapshots is selected from', () => {
    tally.count('snapshots', 3)
    const wish = { host: 'h', snapshots: ['latest'], paths: [] }
    const range = Array.from({ length: 20_000 }, (_, number) => number)
    for (const tags of [[], ['session=u', 'attempt=1'], ['session=u', 'attempt=1', 'paths=2']]) {
      const selection = selectSnapshots(
        range.map(each => snapshot(each, tags, `/p${each}`)),
        wish,
      )
      const found = 'missing' in selection ? [] : selection.selected
      expect(found.every(each => isFullId(each.id))).toBe(true)
      expect(found.length === 20_000 || tags.length === 3).toBe(true)
    }
  })

  test('as a committed template ends its session with a message that the API server takes', () => {
    tally.count('huge template')
    const subject = backupSubject()
    const made = resolve(subject, builtIn('pvc-backup'))
    if (!made.ok) throw new Error('the fixture does not resolve')
    const spec = {
      ...made.template.spec,
      ...Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`f${i}`, 1])),
    }
    const gate = passGate({ ...made.template, spec }, { subject, fresh: made.template, trustedImages: [] })
    if (gate.ok) throw new Error('the gate let it through')
    const template = { ok: false, reason: 'TemplateRejected', problems: gate.problems } as const
    const { status } = decide(observe({ template }))
    expect(status.phase).toBe('Failed')
    expect(status.conditions?.every(each => each.message.length <= 32768)).toBe(true)
    expect(made.template.metadata.annotations[annotations.inputHash]).toBe(inputHash(subject))
  })
})

describe('a variable that a policy adds', () => {
  const environment = (env: { name: string; value: string }[], envFrom: { secretRef: { name: string } }[] = []) => {
    const observed = observe({
      session: backupSession(begun()),
      configuration: configuration({ runtimeSettings: { container: { env, envFrom } } }),
    })
    if (observed.template?.ok !== true) throw new Error('the fixture does not resolve')
    const { template } = observed.template
    const job = sessionJob(observed, template, 1, 'job-1')
    const { containers, initContainers } = (job['spec'] as typeof template.spec).template.spec
    return [...initContainers, ...containers].map(each => new Map(each.env?.map(({ name, value }) => [name, value])))
  }

  test.each(['NODE_OPTIONS', 'LD_PRELOAD', 'HOLDFAST_API_URL'])('as %s means nothing to the mover', name => {
    tally.count('variables')
    for (const env of environment([{ name, value: '--require /holdfast-data/x.js' }])) expect(env.get(name)).toBe('')
  })

  test.each(['PATH', 'HOLDFAST_TERMINATION_LOG'])('as %s does not reach the mover', name => {
    tally.count('variables')
    for (const env of environment([{ name, value: '/holdfast-data' }])) expect(env.has(name)).toBe(false)
  })

  const theirs = ['PATH', 'HOLDFAST_TERMINATION_LOG', 'LD_PRELOAD', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE']
  const others = ['OPENSSL_CONF', 'GCONV_PATH', 'HOLDFAST_API_URL', 'HOLDFAST_MESSAGE_BUDGET', 'SESSION_UID']
  test.each([...theirs, ...others])('as %s of a Secret loses to the container’s own', name => {
    tally.count('variables of a Secret')
    // The kubelet takes a container’s `env` over its `envFrom`, whatever the order (core/v1 Container).
    const given = { [name]: '/holdfast-data/x' }
    const containers = environment([], [{ secretRef: { name: 'chosen' } }])
    expect(containers.length).toBeGreaterThan(1)
    for (const env of containers) {
      const all: Record<string, string | undefined> = { ...given, ...Object.fromEntries(env) }
      expect(all[name]).not.toContain('/holdfast-data')
      expect(all['PATH']?.split(':')).toContain('/usr/bin')
    }
  })

  test('as the budget of a message or a session’s value loses to Holdfast’s own', () => {
    tally.count('variables')
    const own = [
      { name: 'HOLDFAST_MESSAGE_BUDGET', value: '1' },
      { name: 'TZ', value: 'Asia/Tokyo' },
    ]
    for (const env of environment(own)) {
      expect(env.get('HOLDFAST_MESSAGE_BUDGET')).toBe('2457')
      expect(env.get('TZ')).toBe('Asia/Tokyo')
      expect(env.get('SESSION_UID')).toBe('session-uid')
    }
  })
})

test('the controller’s log has one line of JSON for one message, whatever names and words are in it', () => {
  const lines: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    lines.push(String(text))
    return true
  })
  try {
    fc.assert(
      fc.property(hostileText, text => {
        tally.count('log')
        lines.length = 0
        jsonLog('warn', `reconciling ${text} failed`, new Error(text))
        const [line = '', ...more] = lines
        expect(more).toEqual([])
        expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f]/)
        expect(JSON.parse(line)).toMatchObject({ level: 'warn', error: `Error: ${text}` })
      }),
      runs(300),
    )
  } finally {
    write.mockRestore()
  }
})
