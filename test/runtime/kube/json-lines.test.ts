import { describe, expect, test } from '@jest/globals'
import { jsonLines } from '../../../runtime/kube/json-lines.js'

async function* chunks(...parts: Uint8Array[]) {
  yield* parts
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const lines: unknown[] = []
  for await (const line of jsonLines(stream)) lines.push(line)
  return lines
}

describe('splitting a watch into lines', () => {
  test('the result does not depend on where the chunks are cut, not even inside a character', async () => {
    const bytes = Buffer.from('{"a":"äöü€😀"}\n\n{"b":2}\n')
    for (let size = 1; size <= bytes.length; size++) {
      const parts: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size))
      expect(await collect(chunks(...parts))).toEqual([{ a: 'äöü€😀' }, { b: 2 }])
    }
  })

  test('a line that was cut off by the end of the stream is not delivered', async () => {
    expect(await collect(chunks(Buffer.from('{"a":1}\n{"b":')))).toEqual([{ a: 1 }])
  })

  test('a complete line that is not JSON is an error, not silence', async () => {
    await expect(collect(chunks(Buffer.from('<html>\n')))).rejects.toThrow(SyntaxError)
  })
})
