const NEWLINE = 0x0a
/** Ten times what etcd stores of one object; who sends more is no API server, and would fill the memory. */
const LONGEST_LINE = 16 * 2 ** 20

/**
 * Splits a byte stream at newlines and parses each line as JSON. The split is made on bytes, so a character
 * whose UTF-8 form is cut by a chunk border arrives whole. A last line without a newline was cut off and is dropped.
 * @throws SyntaxError for a complete line that is not JSON, RangeError for one of more than `longest` bytes (16 MiB).
 */
export async function* jsonLines(
  stream: AsyncIterable<Uint8Array>,
  longest = LONGEST_LINE,
): AsyncGenerator<unknown, void, undefined> {
  let pending: Uint8Array[] = []
  let size = 0
  const take = (part: Uint8Array) => {
    size += part.length
    if (size > longest) throw new RangeError(`A line of the stream is longer than ${longest} bytes.`)
    pending.push(part)
  }
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      start = end + 1
      const line = Buffer.concat(pending).toString('utf8')
      pending = []
      size = 0
      if (line.trim() !== '') yield JSON.parse(line)
    }
    if (start < chunk.length) take(chunk.subarray(start))
  }
}
