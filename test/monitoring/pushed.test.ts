import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { backupMetrics, repositoryMetrics } from '../../runtime/agent/metrics.js'
import { type Group, push } from '../../runtime/agent/pushgateway.js'
import { toolPath } from '../../scripts/tools.mjs'
import { ChildServer, freePort } from '../behaviour/child-server.js'
import { pushed, sessionMetrics } from './exposed.js'
import { type Family, parsed } from './exposition-parser.js'

let server: ChildServer
let url: string
beforeAll(async () => {
  const port = await freePort('127.0.0.1')
  server = ChildServer.start(toolPath('pushgateway'), [`--web.listen-address=127.0.0.1:${port}`])
  await server.accepts(port, '127.0.0.1')
  url = `http://127.0.0.1:${port}`
})
afterAll(() => server.stop())

const group = (namespace: string): Group => ({
  cluster: '',
  namespace,
  invokerKind: 'BackupConfiguration',
  invokerName: 'data',
})
const gateway = async () => parsed(await (await fetch(`${url}/metrics`)).text(), 'prometheus')
const samplesOf = (families: readonly Family[], namespace: string) =>
  families.flatMap(({ samples }) => samples).filter(({ labels }) => labels['namespace'] === namespace)

describe('what movers push', () => {
  test.each(pushed())(
    'of %s is Prometheus text, explained series by series, none of them twice',
    async (_, metrics) => {
      const families = parsed(await metrics(), 'prometheus')
      expect(families.length).toBeGreaterThan(3)
      for (const { type, help, samples } of families)
        expect([type, help !== '', samples.length]).toEqual(['gauge', true, 1])
    },
  )

  test.each(pushed())(
    'of %s would be good OpenMetrics too, had it its end: no name claims to be a counter’s',
    async (_, metrics) => {
      const text = (await metrics()).replaceAll(/\n+/g, '\n')
      expect(parsed(`${text}# EOF\n`, 'openmetrics').every(({ type }) => type === 'gauge')).toBe(true)
    },
  )

  test.each([
    ['with nothing in it', ''],
    ['with a space', ' '],
    ['that looks like the end of a label', '",x="'],
    ['in other letters', 'ü 漢 🗄️'],
    ['of two lines', 'a\nb\\n\t\r'],
    ['that looks like the end of everything', '\n# EOF\n'],
  ])('is taken by a real Pushgateway, and told by it, with a name %s', async (about, name) => {
    const namespace = about.replaceAll(' ', '-')
    const identity = { ...sessionMetrics.identity, namespace, invokerName: 'data', repository: name }
    const target = { kind: 'PersistentVolumeClaim', name, hostname: name }
    const texts = [
      await backupMetrics({ ...sessionMetrics, identity, target }, []),
      await repositoryMetrics(
        identity,
        { backend: 's3', bucket: name, prefix: name },
        { integrity: false, sizeBytes: 2 ** 60 },
      ),
    ]
    for (const text of texts) expect(await push(url, group(namespace), text)).toEqual({ pushed: true })
    const told = samplesOf(await gateway(), namespace).filter(each => each.name.startsWith('holdfast_'))
    const sent = texts.flatMap(text => samplesOf(parsed(text, 'prometheus'), namespace))
    expect(sent.length).toBeGreaterThan(15)
    const isEmpty = ([, value]: [string, string]) => value === ''
    const rows = (samples: typeof sent) =>
      samples
        .map(each =>
          JSON.stringify([
            each.name,
            each.value,
            Object.entries(each.labels)
              .filter(pair => !isEmpty(pair))
              .sort(),
          ]),
        )
        .sort()
    // The group’s own labels are on all of it.
    const whole = sent.map(each => ({ ...each, labels: { ...each.labels, job: 'holdfast', instance: '' } }))
    expect(rows(told)).toEqual(rows(whole))
  })
})
