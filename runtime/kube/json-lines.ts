const NEWLINE = 0x0a

/**
 * Splits a byte stream at newlines and parses each line as JSON. The split is made on bytes, so a character
 * whose UTF-8 form is cut by a chunk border arrives whole. A last line without a newline was cut off and is dropped.
 * @throws SyntaxError for a complete line that is not JSON.
 */
export async function* jsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  let pending: Uint8Array[] = []
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      pending.push(chunk.subarray(start, end))
      start = end + 1
      const line = Buffer.concat(pending).toString('utf8')
      pending = []
      if (line.trim() !== '') yield JSON.parse(line)
    }
    if (start < chunk.length) pending.push(chunk.subarray(start))
  }
}
