import { describe, expect, test } from '@jest/globals'
import { ApiObject, App, Chart } from 'cdk8s'
import { Construct } from 'constructs'
import { chartOrder } from '../../../constructs/synth/chart-order.js'
import { constructTree } from '../../../constructs/synth/construct-tree.js'
import { filesOf } from '../../../constructs/synth/synthesis.js'
import { topology } from '../../../constructs/synth/topology.js'

const thing = (scope: Construct, id: string) =>
  new ApiObject(scope, id, { apiVersion: 'example.com/v1', kind: 'Thing' })
const visits = (app: App) => chartOrder(constructTree(app)).visits

/** `layers` layers of two objects, each of which comes after both of the layer before. */
function layered(layers: number): App {
  const app = new App()
  const chart = new Chart(app, 'chart')
  let before: ApiObject[] = []
  for (let layer = 0; layer < layers; layer++) {
    const now = ['a', 'b'].map(id => thing(chart, `${id}${layer}`))
    for (const object of now) object.addDependency(...before)
    before = now
  }
  return app
}

function chartsOn(count: number, objects: number): App {
  const app = new App()
  const definitions = new Chart(app, 'definitions')
  for (let index = 0; index < objects; index++) thing(definitions, `d${index}`)
  for (let index = 0; index < count; index++) {
    const chart = new Chart(app, `c${index}`)
    for (let each = 0; each < objects; each++) thing(chart, `o${each}`)
    chart.addDependency(definitions)
  }
  return app
}

describe('dependencies', () => {
  test('of a layered graph are followed once each, however many ways lead to an object', () => {
    expect(visits(layered(50))).toBeLessThan(7 * 100)
    expect(visits(layered(100))).toBeLessThan(2.1 * visits(layered(50)))
  })

  test('of many charts on one grow with the charts, not with the pairs of their objects', () => {
    const [some, more] = [visits(chartsOn(50, 40)), visits(chartsOn(100, 40))]
    expect(more).toBeLessThan(2.1 * some)
    expect(more).toBeLessThan(4 * 101 * 41)
  })

  test('may be a chain of a hundred thousand', () => {
    const size = 100_000
    const { order } = topology({ size, edges: vertex => (vertex + 1 < size ? [vertex + 1] : []) }, [0])
    expect(order.slice(0, 2)).toEqual([size - 1, size - 2])
  })

  test('leave the tree as it was', () => {
    const app = chartsOn(3, 3)
    const before = app.node.findAll().map(construct => construct.node.dependencies.length)
    filesOf(app)
    expect(app.node.findAll().map(construct => construct.node.dependencies.length)).toEqual(before)
  })
})

describe('a circle', () => {
  test('of objects is told with its true route', () => {
    const app = new App()
    const chart = new Chart(app, 'chart')
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(id => thing(chart, id)) as [
      ApiObject,
      ApiObject,
      ApiObject,
      ApiObject,
    ]
    d.addDependency(a)
    a.addDependency(b)
    b.addDependency(c)
    c.addDependency(a)
    expect(() => filesOf(app)).toThrow(
      '[chart/a] HF6003 chart/a: depends on itself: chart/a => chart/b => chart/c => chart/a; remove one of these',
    )
  })

  test('of charts is told with the objects that ask for it', () => {
    const app = new App()
    const [left, right] = [new Chart(app, 'left'), new Chart(app, 'right')]
    const [a, b, x, y] = [thing(left, 'a'), thing(left, 'b'), thing(right, 'x'), thing(right, 'y')]
    a.addDependency(x)
    y.addDependency(b)
    expect(() => filesOf(app)).toThrow(
      'left => right => left (left/a depends on right/x, right/y depends on left/b); remove',
    )
  })

  test('of an object with itself, or with everything around it, is told', () => {
    const app = new App()
    const chart = new Chart(app, 'chart')
    const [a, b] = [thing(chart, 'a'), thing(chart, 'b')]
    a.addDependency(a)
    expect(() => filesOf(app)).toThrow('HF6003 chart/a: depends on itself: chart/a => chart/a')
    a.node.removeDependency(a)
    a.addDependency(chart)
    expect(() => filesOf(app)).not.toThrow()
    b.addDependency(chart)
    expect(() => filesOf(app)).toThrow('HF6003 chart/b: depends on itself: chart/b => chart/a => chart/b')
  })

  test('and a dependency outside of charts are told together', () => {
    const app = new App()
    const chart = new Chart(app, 'chart')
    const [a, b] = [thing(chart, 'a'), thing(chart, 'b')]
    a.addDependency(b)
    b.addDependency(a)
    a.node.addDependency(new Construct(app, 'loose'))
    expect(() => filesOf(app)).toThrow(/\[chart\/a\] depends on loose: cannot find a parent chart[\s\S]*HF6003/)
  })
})
