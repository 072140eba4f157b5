import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ConfigurationObject } from '../../runtime/controller/objects.js'
import { withPackedTemplate } from '../../runtime/controller/packed-template.js'
import { restoreFacts } from '../../runtime/controller/remembered.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { jsonLines } from '../../runtime/kube/json-lines.js'
import type { ApiCall, ByteStream, KubeTransport } from '../../runtime/kube/kube-transport.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { Reflector } from '../../runtime/kube/reflector.js'
import { PODS } from '../../runtime/kube/resource.js'
import { configuration, observe, restoreSession } from '../runtime/controller/observation.js'
import { HastyClock } from '../runtime/hasty-clock.js'
import { runs, Tally } from './cases.js'
import { hostileText, mutatedBytes } from './hostile-text.js'

const tally = new Tally('watch')
afterAll(() => tally.leave())

const line = (type: string, name: string, resourceVersion: string) =>
  `${JSON.stringify({ type, object: { kind: 'Pod', metadata: { name, uid: name, resourceVersion } } })}\n`

const sourceOf = (chunks: readonly Uint8Array[]): ByteStream => ({
  async *[Symbol.asyncIterator]() {
    yield* chunks
  },
  destroy: () => undefined,
})

/** An API server that lists what it is given, sends these chunks on the first watch, and one good event on the next. */
function serverOf(chunks: readonly Uint8Array[], items: readonly unknown[] = []): KubeTransport {
  let watches = 0
  return {
    call: async () => ({ metadata: { resourceVersion: '10' }, items }),
    stream: async ({ signal }: ApiCall) => {
      watches += 1
      if (watches === 1) return sourceOf(chunks)
      const good = Buffer.from(line('ADDED', 'truth', '99'))
      return {
        async *[Symbol.asyncIterator]() {
          yield good
          await new Promise(resolve => signal?.addEventListener('abort', resolve, { once: true }))
        },
        destroy: () => undefined,
      }
    },
    onDate: () => undefined,
    close: () => undefined,
  }
}

/** What a reflector has mirrored once it has seen the good event. */
async function mirrored<T extends KubeObject>(
  server: KubeTransport,
  transform?: (object: T) => T,
): Promise<{ names: string[]; errors: unknown[] }> {
  const errors: unknown[] = []
  const client = new KubeClient(server, { readAttempts: 1, clock: new HastyClock() })
  const truth: { seen: () => void } = { seen: () => undefined }
  const told = new Promise<void>(resolve => {
    truth.seen = resolve
  })
  const reflector = new Reflector<T>(client, PODS, {
    ...{ clock: new HastyClock(), onError: (error: unknown) => errors.push(error) },
    ...(transform === undefined ? {} : { transform }),
    onChange: ({ object }) => (object.metadata.name === 'truth' ? truth.seen() : undefined),
  })
  reflector.start()
  await told
  await reflector.stop()
  return { names: reflector.list().map(each => each.metadata.name), errors }
}

/** The bytes in pieces, cut anywhere: in the middle of a character too. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...[...cuts].map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

const corpus = [
  line('ADDED', 'é', '11') + line('MODIFIED', 'é', '12'),
  `${line('DELETED', 'a', '12')}{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"13"}}}\n`,
  'null\n[]\n{"type":"ADDED"}\n{"type":"ADDED","object":{}}\n',
  '{"type":"ERROR","object":{"code":410}}\n',
]

describe('a mirror of the cluster', () => {
  test('goes on after any watch stream, cut anywhere, and sees the next change', async () => {
    const bytes = fc.oneof(
      mutatedBytes(corpus),
      hostileText.map(text => Buffer.from(`${text}\n`)),
    )
    const property = fc.asyncProperty(bytes, fc.array(fc.nat(), { maxLength: 5 }), async (garbage, cuts) => {
      tally.count('reflector')
      expect((await mirrored(serverOf(pieces(garbage, cuts)))).names).toContain('truth')
    })
    await expect(fc.assert(property, runs(300))).resolves.toBeUndefined()
  })

  test('takes a name whose letters are cut in the middle', async () => {
    tally.count('split UTF-8')
    const bytes = Buffer.from(line('ADDED', 'größe-🗄', '11'))
    const single = [...bytes].map(byte => Uint8Array.of(byte))
    expect((await mirrored(serverOf(single))).names.sort()).toEqual(['größe-🗄', 'truth'])
  })

  test('leaves one object out that cannot be read, and nothing else, in a list and in a watch', async () => {
    tally.count('unreadable object', 2)
    const pod = (name: string) => ({ kind: 'Pod', metadata: { name, uid: name, resourceVersion: '5' } })
    const reading = (object: KubeObject) => {
      if (object.metadata.name.startsWith('bad')) throw new RangeError('Maximum call stack size exceeded')
      return object
    }
    const stream = [line('ADDED', 'bad-2', '11') + line('ADDED', 'later', '12')].map(text => Buffer.from(text))
    const { names, errors } = await mirrored(serverOf(stream, [pod('bad-1'), pod('good')]), reading)
    expect(names.sort()).toEqual(['good', 'later', 'truth'])
    expect(errors.map(String)).toContain('RangeError: Maximum call stack size exceeded')
  })

  test('holds no more of a line than an object can be long, however much is sent', async () => {
    tally.count('endless line', 2)
    let sent = 0
    const endless = (async function* () {
      for (; sent < 4000; sent += 1) yield Buffer.alloc(64 * 1024, 'x')
    })()
    const read = async () => {
      for await (const object of jsonLines(endless)) expect(object).toBeUndefined()
    }
    await expect(read()).rejects.toThrow(RangeError)
    expect(sent).toBeLessThan(300)
    const long = Buffer.from(`${JSON.stringify({ text: 'x'.repeat(4 * 2 ** 20) })}\n`)
    const tiny = Array.from({ length: Math.ceil(long.length / 512) }, (_, i) => long.subarray(i * 512, (i + 1) * 512))
    for await (const object of jsonLines(sourceOf(tiny))) expect(JSON.stringify(object)).toHaveLength(long.length - 1)
  })
})

describe('a field as deep as the API server takes it', () => {
  // Ten thousand levels are the limit of its JSON reader (sigs.k8s.io/json, maxNestingDepth).
  const deep = (): unknown => JSON.parse(`${'{"a":'.repeat(9_990)}1${'}'.repeat(9_990)}`)

  test('in a committed template does not keep the controller from reading configurations, and is refused', () => {
    tally.count('deep template', 2)
    const stored = configuration({ jobTemplate: deep() as never }) as ConfigurationObject
    const kept = withPackedTemplate(stored)
    expect(JSON.stringify(kept).length).toBeLessThan(10_000)
    const { template: _template, ...rest } = observe({ configuration: kept })
    expect(decide({ ...rest, template: undefined }).effect).toBeUndefined()
  })

  test.each(['affinity', 'tolerations', 'topologySpreadConstraints'])('in %s leaves its session able to end', field => {
    tally.count('deep settings', 2)
    const pod = { [field]: field === 'affinity' ? deep() : [deep()] }
    const policy = withPackedTemplate(configuration({ runtimeSettings: { pod } }))
    const restore = restoreFacts(restoreSession({ runtimeSettings: { pod } }))
    for (const observed of [observe({ configuration: policy }), observe({ session: restore })]) {
      const { effect, status } = decide(observed)
      expect(effect?.do).toBe('create-job')
      expect(JSON.stringify({ effect, status }).length).toBeLessThan(20_000)
    }
  })
})
