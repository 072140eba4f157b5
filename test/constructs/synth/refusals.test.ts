import { describe, expect, test } from '@jest/globals'
import { ApiObject, App, Chart, Lazy, YamlOutputType } from 'cdk8s'
import { Construct } from 'constructs'
import { explainCrash } from '../../../cli/policy/crash.js'
import { addExtraFiles, filesOf, SynthesisError, synthFleet } from '../../../constructs/index.js'
import { InvalidInputError } from '../../../lib/problem.js'
import { inTemporaryFolder, textsIn } from './written.js'

const object = (scope: Construct, id: string, name: string, kind = 'Thing', namespace?: string) =>
  new ApiObject(scope, id, {
    apiVersion: 'example.com/v1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  })

function linesOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof SynthesisError) return error.message.split('\n')
    throw error
  }
  throw new Error('nothing was refused')
}

describe('an app that is wrong', () => {
  test('says everything at once, each once, and asks each validation once, however many charts there are', () => {
    const app = new App()
    let asked = 0
    for (let index = 0; index < 20; index++) {
      const chart = new Chart(app, `c${index}`)
      object(chart, 'x', 'x').node.addValidation({
        validate: () => {
          asked += 1
          return index % 10 === 0 ? [`wrong ${index}`, `wrong ${index}`] : []
        },
      })
    }
    app.node.addValidation({
      validate: () => {
        throw new Error('the validation itself failed')
      },
    })
    expect(linesOf(() => filesOf(app))).toEqual([
      'Validation failed with the following errors:',
      '  [] the validation itself failed',
      '  [c0/x] wrong 0',
      '  [c10/x] wrong 10',
    ])
    expect(asked).toBe(20)
  })

  test('writes nothing, and the command explains its message', () => {
    inTemporaryFolder(outdir => {
      const app = new App({ outdir })
      object(new Chart(app, 'good'), 'x', 'x')
      const chart = new Chart(app, 'bad')
      new ApiObject(chart, 'y', { apiVersion: 'v1', kind: 'Y', spec: { at: new Date(0) } })
      new ApiObject(chart, 'z', { apiVersion: 'v1', kind: 'Z', spec: { n: Number.NaN } })
      const lines = linesOf(() => synthFleet(app))
      expect(lines[1]).toContain("[bad/y] Failed serializing construct at path 'bad/y'")
      expect(lines[1]).toContain("can't render non-simple object of type 'Date'")
      expect(lines[2]).toMatch(/^ {2}\[bad\/z\] HF6004 bad\/z: spec\.n: found NaN/)
      expect(textsIn(outdir)).toEqual({})
      const explained = explainCrash(`SynthesisError: ${lines.join('\n')}\n    at somewhere`)
      expect(explained).toMatch(/^the policy has 2 problems; nothing was written\n[\s\S]*\n {2}HF6004 bad\/z: spec\.n/)
    })
  })

  test.each([YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE])(
    'by two objects of one file (output type %s) names both',
    yamlOutputType => {
      const app = new App({ yamlOutputType })
      const chart = new Chart(app, 'chart')
      object(chart, 'a', 'x', 'Thing', 'one')
      object(chart, 'b', 'x', 'Thing', 'two')
      expect(linesOf(() => filesOf(app))[1]).toMatch(
        /^ {2}\[chart\/b\] HF6001 chart\/b: would be written to (chart\/)?Thing\.x\.k8s\.yaml, and so would chart\/a:/,
      )
    },
  )

  test('by two charts of one file names both', () => {
    const app = new App()
    const group = new Construct(app, 'a')
    object(new Chart(group, 'b'), 'o', 'one')
    object(new Chart(new Construct(group, 'Default'), 'b'), 'o', 'two')
    expect(linesOf(() => filesOf(app))[1]).toMatch(
      /^ {2}\[a\/Default\/b\] HF6001 a\/Default\/b: would be written to a-b-\w+\.k8s\.yaml, and so would a\/b:/,
    )
  })

  test('by a token that throws is told by the object that holds it', () => {
    const app = new App()
    const late = Lazy.any({
      produce: () => {
        throw new Error('not yet known')
      },
    })
    new ApiObject(new Chart(app, 'chart'), 'x', { apiVersion: 'v1', kind: 'X', spec: { late } })
    expect(linesOf(() => filesOf(app))[1]).toContain("path 'chart/x' with name 'chart-x-")
    expect(linesOf(() => filesOf(app))[1]).toContain('not yet known')
  })
})

describe('files that constructs add', () => {
  test('are written with the manifests, and see them', () => {
    inTemporaryFolder(outdir => {
      const app = new App({ outdir })
      const chart = new Chart(app, 'chart')
      object(chart, 'x', 'x')
      addExtraFiles(chart, ({ files, outdir: to }) => [
        { base: 'output', path: 'notes/list.txt', text: `${to === outdir} ${files.map(({ path }) => path)}` },
      ])
      synthFleet(app)
      expect(textsIn(outdir)['notes/list.txt']).toBe('true chart.k8s.yaml')
    })
  })

  test('whose maker finds a problem keep everything from being written', () => {
    inTemporaryFolder(outdir => {
      const app = new App({ outdir })
      object(new Chart(app, 'chart'), 'x', 'x')
      addExtraFiles(app, () => {
        throw new InvalidInputError([{ code: 'HF5204', object: 'holdfast.lock', path: '', message: 'is torn' }])
      })
      expect(linesOf(() => synthFleet(app))[1]).toBe('  [] HF5204 holdfast.lock: is torn')
      expect(textsIn(outdir)).toEqual({})
    })
  })
})
