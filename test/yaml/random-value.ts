import fc from 'fast-check'

/** Each is a corner of YAML: numbers, times, white space, indicators, words, breaks, separators, quotes. */
const alphabets = [
  '0123456789',
  '01_+-.:eExXobBO',
  '0123456789-T: tZ.,+',
  '+-0123456789.eE_',
  '<=~.-_ inf NaN',
  'yYnNeEsStTrRuUoOfFlL~',
  ' \t\n',
  ' \t\nab',
  ' \n#:-?',
  '!&*|>\'"%@`,[]{}#?:- ab\n',
  '\n\t "\'\\ab',
  'ab \u0000\u0007\u001b\r\n\\"',
  '\u0085\u00a0\u2028\u2029\ufeff\u007f\u0090 \nab:',
  'é😀ñ\u200b\u202e ab\n:#',
  '---...%\n a',
  '{}[]$(): ',
  'abcdefghij klmn:/.-_ 0123',
] as const

const texts = alphabets.map(alphabet =>
  fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 120 }) },
  ),
)

/** A short text out of one corner of YAML, or two of them one after the other, or any text of whole characters. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(...texts) },
  { weight: 2, arbitrary: fc.tuple(fc.oneof(...texts), fc.oneof(...texts)).map(parts => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0, 1e21, 1e-7, 5e-324, 2 ** 53, 2 ** 63, 2 ** 64, 1e20, -1e21, 1.7976931348623157e308, 0.1, 100),
)

/** Any JSON value whose texts, keys included, come from the corners of YAML. */
export const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.oneof(number, fc.boolean(), fc.constant(null)) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }) },
  ),
}))
