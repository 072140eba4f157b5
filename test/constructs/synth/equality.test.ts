import { describe, expect, test } from '@jest/globals'
import { YamlOutputType } from 'cdk8s'
import * as fc from 'fast-check'
import { filesOf } from '../../../constructs/synth/synthesis.js'
import { build, randomApp } from './random-app.js'
import { inTemporaryFolder, writtenByCdk8s, writtenByUs } from './written.js'
import { zoo } from './zoo.js'

const types = [
  YamlOutputType.FILE_PER_APP,
  YamlOutputType.FILE_PER_CHART,
  YamlOutputType.FILE_PER_RESOURCE,
  YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
] as const

/** What was written, or why not. */
function outcome(work: () => Record<string, string>): Record<string, string> | Error {
  try {
    return work()
  } catch (error) {
    return error as Error
  }
}

describe.each(Object.entries(zoo))('an app with %s', (_, make) => {
  test.each(types)('of output type %s gives the files of app.synth(), byte by byte', yamlOutputType => {
    const theirs = writtenByCdk8s(outdir => make({ outdir, yamlOutputType }))
    expect(writtenByUs(outdir => make({ outdir, yamlOutputType }))).toEqual(theirs)
  })
})

test('CDK8S_DISABLE_SORT keeps the order in which keys were written', () => {
  process.env['CDK8S_DISABLE_SORT'] = 'yes'
  try {
    for (const make of Object.values(zoo)) {
      expect(writtenByUs(outdir => make({ outdir }))).toEqual(writtenByCdk8s(outdir => make({ outdir })))
    }
  } finally {
    delete process.env['CDK8S_DISABLE_SORT']
  }
})

test('an app is the same after it was rendered', () => {
  for (const make of Object.values(zoo)) {
    const app = make({})
    const first = filesOf(app)
    expect(filesOf(app)).toEqual(first)
  }
})

describe('random trees', () => {
  test.each(types)('of output type %s give the files of app.synth(), or are refused by both', type => {
    inTemporaryFolder(() => {
      let compared = 0
      fc.assert(
        fc.property(randomApp, given => {
          const theirs = outcome(() => writtenByCdk8s(outdir => build(given, outdir, type)))
          const ours = outcome(() => writtenByUs(outdir => build(given, outdir, type)))
          // Where two objects share a file, cdk8s keeps one of them.
          if (ours instanceof Error && ours.message.includes('HF6001')) return
          if (!(ours instanceof Error)) compared += 1
          expect(ours instanceof Error || ours).toEqual(theirs instanceof Error || theirs)
        }),
        { numRuns: 150 },
      )
      expect(compared).toBeGreaterThan(20)
    })
  })
})
