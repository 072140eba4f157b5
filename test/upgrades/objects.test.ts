import { describe, expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { resolve } from '../../lib/resolver.js'
import { validateObject } from '../../lib/schema/validate.js'
import { isStale, passGate } from '../../lib/template-gate.js'
import type { AnySubject } from '../../lib/variables.js'
import type { ConfigurationObject, JobObject, PodObject, RepositoryObject } from '../../runtime/controller/objects.js'
import { verdictOf } from '../../runtime/controller/session/pod-verdict.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { keptVersions } from './kept-version.js'

const image = 'holdfast.dev/holdfast:next'
const nameOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
const ofKind = <T extends KubeObject>(objects: readonly KubeObject[], kind: string) =>
  objects.filter((each): each is T => each.kind === kind)

function subjectOf({ metadata, spec }: ConfigurationObject, repositories: readonly RepositoryObject[]): AnySubject {
  const { namespace = '' } = metadata
  const key = `${spec.repository.namespace ?? namespace}/${spec.repository.name}`
  const repository = repositories.find(each => `${each.metadata.namespace}/${each.metadata.name}` === key)
  if (repository === undefined) throw new Error(`there is no Repository ${key} among the kept objects`)
  const reference = {
    name: spec.repository.name,
    namespace: repository.metadata.namespace ?? '',
    spec: repository.spec,
  }
  return { kind: 'BackupConfiguration', name: metadata.name, namespace, spec, repository: reference, image }
}

describe.each(keptVersions)('an object of version $name', ({ policies, objects }) => {
  const all = [...policies, ...objects]

  test.each(kinds)('that is a $kind is valid today, spec and status', definition => {
    const found = ofKind(all, definition.kind)
    expect(found.length).toBeGreaterThan(0)
    for (const object of found) {
      expect([nameOf(object), validateObject(definition, object, nameOf(object))]).toEqual([nameOf(object), []])
      const status = definition.status?.safeParse(object['status'] ?? {})
      expect([nameOf(object), status?.error?.issues]).toEqual([nameOf(object), undefined])
    }
  })

  test('with a committed template runs it as it is, once its image is trusted', () => {
    const repositories = ofKind<RepositoryObject>(all, 'Repository')
    const compiled = ofKind<ConfigurationObject>(all, 'BackupConfiguration').filter(({ spec }) => spec.jobTemplate)
    expect(compiled.length).toBeGreaterThan(1)
    for (const configuration of compiled) {
      const subject = subjectOf(configuration, repositories)
      const { jobTemplate } = configuration.spec
      expect([nameOf(configuration), isStale(jobTemplate, subject)]).toEqual([nameOf(configuration), false])
      const task = {
        name: 'pvc-backup',
        spec: builtInTasks['pvc-backup'] ?? { steps: [] },
        functions: builtInFunctions,
      }
      const fresh = resolve(subject, task)
      const gate = (trustedImages: readonly string[]) =>
        passGate(jobTemplate, { subject, fresh: fresh.ok ? fresh.template : undefined, trustedImages })
      const images = new Set(JSON.stringify(jobTemplate).match(/holdfast\.dev\/holdfast:[\w.]+/g))
      expect([nameOf(configuration), gate([image, ...images])]).toMatchObject([nameOf(configuration), { ok: true }])
      const refused = gate([image])
      expect(refused.ok ? [] : [...new Set(refused.problems.map(({ code }) => code))]).toEqual(['HF4002'])
    }
  })

  test('that is a Job with its pod says today what it said then', () => {
    const pods = ofKind<PodObject>(objects, 'Pod')
    const said = ofKind<JobObject>(objects, 'Job').flatMap(job => {
      const purpose = job.metadata.labels?.['holdfast.dev/job']
      const pod = pods.find(({ metadata }) => metadata.labels?.['job-name'] === job.metadata.name)
      if (purpose === undefined || pod === undefined) return []
      const verdict = verdictOf(job, pod)
      if (verdict.state !== 'ended') return [`${purpose}: ${verdict.state}`]
      return [`${purpose}: ${verdict.reports.map(({ step, outcome }) => `${step} ${outcome}`).join(', ')}`]
    })
    expect(said.sort()).toEqual([
      'backup: pvc-backup Succeeded, update-status Succeeded',
      'backup: running',
      'finish: finish Failed',
      'restore: pvc-restore Failed',
      'restore: pvc-restore Succeeded, update-status Succeeded',
    ])
  })
})
