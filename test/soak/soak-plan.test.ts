import { describe, expect, test } from '@jest/globals'
import { ContentModel } from '../../bench/soak/content-model.js'
import { planFaults } from '../../bench/soak/plan.js'
import { catalogue } from '../cluster/faults/catalogue.js'

describe('the plan of a soak', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planFaults(7, 60, catalogue)).toEqual(planFaults(7, 60, catalogue))
    expect(planFaults(7, 60, catalogue)).not.toEqual(planFaults(8, 60, catalogue))
  })

  test('has every fault once before any comes again', () => {
    const faults = planFaults(7, 60, catalogue).map(each => each.fault)
    const first = faults.slice(0, catalogue.length)
    expect([...first].sort()).toEqual(catalogue.map(each => each.name).sort())
    expect(faults.length).toBeGreaterThan(catalogue.length)
  })

  test('of a shorter soak is the beginning of the longer one', () => {
    const short = planFaults(7, 10, catalogue)
    expect(planFaults(7, 60, catalogue).slice(0, short.length)).toEqual(short)
  })
})

describe('the content model of a volume', () => {
  const model = new ContentModel(7, 'volume')
  const filesOf = (version: number) =>
    Object.fromEntries([...model.state(version)].map(([path, written]) => [path, model.content(path, written)]))
  const [path = ''] = model.state(4).keys()

  test('finds nothing wrong with the files of any of its versions', () => {
    for (const version of [0, 1, 4, 20]) expect(model.problems(filesOf(version), version, version)).toEqual([])
    expect(model.problems(filesOf(4), 2, 6)).toEqual([])
  })

  test('changes with every version, and with the seed', () => {
    expect(filesOf(5)).not.toEqual(filesOf(4))
    expect(new ContentModel(8, 'volume').content(path, 0)).not.toBe(model.content(path, 0))
  })

  test('finds a file that is missing, one that is damaged, and one that nobody wrote', () => {
    const { [path]: whole = '', ...others } = filesOf(4)
    expect(model.problems(others, 4, 4)).toEqual([`${path} is missing`])
    expect(model.problems({ ...others, [path]: whole.slice(1) }, 4, 4)).toEqual([`${path} has another content`])
    expect(model.problems({ ...filesOf(4), 'x.txt': '' }, 4, 4)).toEqual(['x.txt belongs to no version from 4 to 4'])
  })

  test('finds a file of a version that was not there any more', () => {
    const newest = filesOf(20)
    const [old = ''] = [...model.state(20)].flatMap(([path, written]) => (written > 1 ? [path] : []))
    expect(model.problems({ ...newest, [old]: model.content(old, 1) }, 20, 20)).toEqual([`${old} has another content`])
  })
})
