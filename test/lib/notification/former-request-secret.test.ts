import { describe, expect, test } from '@jest/globals'
import { resolve } from '../../../lib/resolver.js'
import { passGate } from '../../../lib/template-gate.js'
import { builtIn } from '../../runtime/controller/observation.js'
import { backupSubject } from '../subject.js'

const named = { name: 'chat', key: 'url' }
const subject = backupSubject({ hooks: { preBackup: { httpGet: { urlFrom: { secretKeyRef: named } } } } })

/** What the gate refuses of a template whose hook has this variable and no volume, as templates had it at first. */
function refusals(name: string, secretKeyRef: object): string[] {
  const fresh = resolve(subject, builtIn('pvc-backup'))
  if (!fresh.ok) throw new Error('the built-in Task does not resolve')
  const { spec } = fresh.template.spec.template
  const [hook, ...others] = spec.initContainers
  const former = { ...hook, env: [{ name, valueFrom: { secretKeyRef } }], volumeMounts: [] }
  const volumes = spec.volumes.filter(each => each['projected'] === undefined)
  const pod = { ...spec, initContainers: [former, ...others], volumes }
  const template = {
    ...fresh.template,
    spec: { ...fresh.template.spec, template: { ...fresh.template.spec.template, spec: pod } },
  }
  const result = passGate(template, { subject, fresh: fresh.template, trustedImages: [] })
  return result.ok ? [] : result.problems.map(each => `${each.code} ${each.path}`)
}

describe('the credential of a request as a variable, which templates of earlier releases have,', () => {
  test('may go on where the policy names the same key', () => {
    expect(refusals('HOLDFAST_REQUEST_SECRET_0', { ...named, optional: true })).toEqual([])
  })

  test.each([
    ['another key', 'HOLDFAST_REQUEST_SECRET_0', { ...named, key: 'token', optional: true }],
    ['another Secret', 'HOLDFAST_REQUEST_SECRET_0', { ...named, name: 'others', optional: true }],
    ['another variable', 'RESTIC_PASSWORD', { ...named, optional: true }],
  ])('is refused with %s', (_what, name, reference) => {
    expect(refusals(name, reference)).toEqual([
      'HF4001 spec.jobTemplate.spec.template.spec.initContainers[0].env[0].valueFrom',
    ])
  })
})
