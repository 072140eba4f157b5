import { afterEach, expect, jest, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { CheckedConstruct, Repository } from '../../constructs/index.js'
import { repositoryKind } from '../../lib/api/kinds.js'
import type { KindDefinition } from '../../lib/schema/crd.js'
import { deprecationsIn } from '../../lib/schema/deprecation.js'
import { policyApp } from './policy-app.js'

const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
afterEach(() => {
  warned.mockClear()
})

/** A construct whose kind is deprecated. */
class Old extends CheckedConstruct {
  protected findProblems() {
    return []
  }

  protected override findWarnings() {
    const kind: KindDefinition = { ...repositoryKind, deprecated: { since: '0.6.0', instead: 'use a Store' } }
    return deprecationsIn(kind, { spec: {} }, this.node.path)
  }
}

test('what is deprecated is a warning with the line of the policy, and the YAML is written all the same', () => {
  const app = new App()
  const chart = new Chart(app, 'shop', { namespace: 'shop' })
  new Old(chart, 'store')
  expect(app.synthYaml()).toBe('')
  expect(warned.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^HF1010 shop\/store: the kind Repository is deprecated since 0\.6\.0: use a Store \(.*warnings\.test\.ts:\d+:\d+\)$/,
      ),
      { type: 'HoldfastWarning', code: 'HF1010' },
    ],
  ])
})

test('what is not deprecated is not warned of', () => {
  const { app, repository } = policyApp()
  expect(repository).toBeInstanceOf(Repository)
  app.synthYaml()
  expect(warned).not.toHaveBeenCalled()
})
