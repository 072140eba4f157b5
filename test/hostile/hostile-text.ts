import fc from 'fast-check'

/** Texts that have broken programs before: options, expansions, separators, directions, other formats, huge ones. */
export const wicked: readonly string[] = [
  ...['', '-', '--', '--password-command=id', '-o', '--repo=/', '--exclude-file=/etc/shadow', '=', '--=x'],
  ...[
    '${HOME}',
    '${RESTIC_PASSWORD}',
    '${X:=${Y}}',
    '${',
    '$${X}',
    '$(SESSION_UID)',
    '$(',
    '$$(X)',
    '$$$',
    '`id`',
    '$(id)',
  ],
  ...['a\nb', 'a\r\nb', '\0', 'a\0--b', '\t', '\u001b[2J', '\u007f', '\u0085', '\u2028', '\ufeff'],
  ...['\u202etxt.exe', 'a\u200bb', '\u200d', 'е', 'ﬀ', '\ud800', '\udfff\ud800', '🇩🇪', 'e\u0301', 'İ', 'ß'],
  ...[
    '..',
    '../',
    '../../etc/shadow',
    '/..',
    '/data/..',
    '/data/../etc',
    '/./',
    '//',
    '/data/.',
    '%2e%2e/',
    '..%2f',
    '...',
  ],
  ...[
    '"',
    "'",
    '","privileged":true,"x":"',
    "'; drop",
    '{"a":1}',
    '[]',
    '[["x"]]',
    'null',
    'true',
    '0x1',
    '1e999',
    '-0',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '<<',
    '*x',
    '&x',
    '!!js/function',
    '# x',
    '- x',
  ],
  ...['a: b', '---', '...\n', '? x', '| x', '@x', '%YAML', 'NaN', '.inf', '~', 'yes', 'on', '2026-11-22', '1:30'],
  ...[
    'latest',
    'holdfast',
    'session=x',
    'kube-system/default',
    'http://169.254.169.254/',
    'file:///etc',
    'a@b',
    'a,b',
    'a/b',
  ],
]

/** A text that nobody means well with; rarely a whole mebibyte. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...wicked) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...wicked), fc.constantFrom(...wicked)).map(parts => parts.join('')),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.constantFrom(...wicked.filter(text => text !== '')).map(text => text.repeat(300)) },
)

/** One mebibyte of the same few characters: what a quadratic reader would never end on. */
export const mebibytes: readonly string[] = [
  'a',
  '-',
  '${',
  '${a',
  '$',
  '$(',
  '{',
  '[',
  '"',
  '\\',
  '\n',
  '..',
  '/',
  '1',
  '1h',
  '\u202e',
].map(text => text.repeat(Math.ceil(2 ** 20 / text.length)))

/** Bytes out of real ones: cut, doubled, swapped, with foreign bytes in them. */
export function mutatedBytes(corpus: readonly string[]): fc.Arbitrary<Buffer> {
  const seed = fc.constantFrom(...corpus).map(text => Buffer.from(text))
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat(40),
    bytes: fc.uint8Array({ maxLength: 12 }),
    kind: fc.nat(3),
  })
  return fc.tuple(seed, fc.array(change, { maxLength: 6 })).map(([start, changes]) =>
    changes.reduce<Buffer>((bytes, { at, length, bytes: foreign, kind }) => {
      const from = bytes.length === 0 ? 0 : at % bytes.length
      const [head, tail] = [bytes.subarray(0, from), bytes.subarray(from)]
      if (kind === 0) return Buffer.concat([head, foreign, tail])
      if (kind === 1) return Buffer.concat([head, tail.subarray(length)])
      if (kind === 2) return Buffer.concat([head, tail, tail])
      return head
    }, start),
  )
}
