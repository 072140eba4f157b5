/** The same words as they are, all in capitals, and with a capital first. */
function cased(words: readonly string[]): string[] {
  return words.flatMap(word => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)])
}

const every = (texts: readonly string[], forms: (text: string) => readonly string[]): string[] => texts.flatMap(forms)

const words = cased(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nil', 'none', 'undefined', 'nan'])

const numbers = every(
  '0 00 08 017 0o17 0O17 0o7 0o8 0o-1 0o+7 0O-1 0b 0b-1 0b+1 0B-1 0x-1 0b1010 0B1010 0b2 0x 0x1F 0X1f 0xfg 1 123 1_000 1__0 1_ _1 0_7 0_o7 0x_1F'
    .concat(' 1e3 1E3 1e+3 1e-3 1e 1.e3 e3 e123456 E7 e+5 1.5 1. .5 . .. ._5 1_0.5 6.02e23 64e+_3 8e_4 0x1p-2 1e400')
    .concat(' 9007199254740993 18446744073709551616 99999999999999999999 1,000 1.2.3 1d 1f 0777 +_1 0xDEAD_BEEF')
    .split(' '),
  text => [text, `-${text}`, `+${text}`],
)

const specials = every(cased(['.inf', '.nan', 'inf', 'infinity']), text => [text, `-${text}`, `+${text}`])

const times = [
  ...['1:30', '12:30', '12:30:45', '12:30:45.5', '190:20:30', '-1:30', '1:60', '22:22', '0:0', '23:59:59,5'],
  ...['2001-01-01', '2001-1-1', '2001-13-45', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.10 -5'],
  ...['2001-12-15 2:59:43.10', '2001-12-14T21:59:43,10Z', '2001-12-14T21:59:43Z', '2001-12-14T21:59', '0001-01-01'],
  ...['2001-12-14 21:59:43,5', '20011214', '2001-12-14T', '12-14-2001', '2001-12-14T21:59:43.1+24:00'],
]

const indicators = [...'-?:,[]{}#&*!|>\'"%@`~=<$^+/\\_;()']
const beginnings = every(indicators, mark => [mark, `${mark}a`, `${mark} a`, `a${mark}`, `a ${mark}`, `a ${mark} b`])

const syntax = [
  ...['<<', '<<: *a', '=', '~', '&a', '&a b', '*a', '*', '!x', '!!str', '!!str x', '!!binary aGk=', '!<tag> x', '! x'],
  ...['---', '--- a', '---a', '...', '... a', '..', '--', '%YAML 1.2', '%TAG ! x', '# comment', 'a # comment', 'a #b'],
  ...['a#b', 'a: b', 'a:b', 'a :b', ': a', '- a', '-a', '? a', '?a', 'a:', 'a: ', '::', 'a::b', ':a', '[a', 'a]', '{a'],
  ...[
    '{a: b}',
    '[a, b]',
    '{}',
    '[]',
    '{',
    '}',
    'a, b',
    '|',
    '|-',
    '|2',
    '>',
    '>-',
    '>+',
    '| a',
    '"a"',
    "'a'",
    '"',
    "'",
  ],
  ...['"a', "a'", `'"`, `it's "x"`, `say "x"`, "''", '""', '\\', '\\n', 'a\\', '\\u0041', '\\"', '{{ .Values.x }}'],
  ...['{{- range . }}', '{% if x %}', '${VAR}', '$VAR', '$(VAR)', '$${VAR}', '`cmd`', '@x', '%x', '100%', '{"a": [1]}'],
  ...['["a", null]', 'null # x', 'key: |\n  text', 'http://a/b?c=d&e=f#g', '0 3 * * *', '* * * * *', '*/5 * * * *'],
  ...['__proto__', 'constructor', 'toString', 'a\tb', '10.0.0.0/8', '::1', '[::1]:80', '500m', '1Gi', '1e3m', '5k'],
]

const edges = every(['', ' ', '  ', '\t', ' \t '], space => [space, `${space}a`, `a${space}`, `${space}a${space}`])

const breaks = [
  ...[
    '\n',
    '\n\n',
    '\n\n\n',
    'a\n',
    'a\n\n',
    'a\n\n\n',
    '\na',
    '\n\na',
    'a\nb',
    'a\n\nb',
    'a\n\n\nb\n',
    '\na\n',
    ' \n',
  ],
  ...[
    '\n ',
    ' \na',
    'a\n ',
    'a\n \n',
    'a \nb',
    'a\n b',
    ' a\nb',
    '  a\n b\nc',
    '\n a',
    '\n\n  a\nb',
    'a\n  \nb',
    'a  \n',
  ],
  ...[
    'a\n\tb',
    '\ta\nb',
    '\n\ta',
    ' \ta\nb',
    '\t\n',
    '\n\t',
    'a\t\nb',
    'a\n\t\nb',
    '\t\na',
    'a\n\t',
    '  \n\n a',
    ' \n\n',
  ],
  ...[
    'a\n---\nb',
    '---\na',
    'a\n...\nb',
    '...\n',
    '%a\nb',
    'a\n%b',
    '- a\n- b',
    'a: b\nc: d\n',
    '# a\nb',
    'a\n# b\n',
    '#\n',
  ],
  ...[
    'a\n#',
    'a #\nb',
    '{\n  "a": 1\n}\n',
    '[\n1]',
    '? a\n: b',
    '"a\nb"',
    "'a\nb'",
    'a\\\nb',
    '&a\n*a',
    '|\n a',
    '>\n',
    '!\n',
  ],
  ...[
    'a\r\nb',
    'a\rb',
    '\r',
    '\r\n',
    'a\r',
    '\ra',
    'a\n\r',
    'a\r\n\r\nb\r\n',
    'line one is long enough to be folded \n  x\n ',
  ],
]

const scripts = [
  '#!/bin/sh\nset -eu\nif [ "$1" = yes ]; then\n  echo "a: b" # why\n\n  exit 0\nfi\n',
  'cat <<EOF\n  indented: |\n    text\n\tTab\nEOF\n\n',
  '  starts: indented\nthen: not\n',
  'trap \'rm -f "$f"\' EXIT; f=$(mktemp)\nprintf \'%s\\n\' "${A:-x}" > "$f"',
  '{{- range $i, $e := .Items }}\n- {{ $e | quote }}\n{{- end }}\n',
  `${JSON.stringify({ a: [1, { b: null }], c: 'd: e # f' }, null, 2)}\n`,
]

const codes = [0, 1, 7, 8, 9, 11, 12, 13, 14, 27, 31, 127, 128, 133, 134, 159, 160, 173, 0x61c, 0x200b, 0x200e, 0x2028]
  .concat([0x2029, 0x202e, 0x2060, 0x2066, 0x3000, 0xe000, 0xfdd0, 0xfeff, 0xfff9, 0xfffd, 0xfffe, 0xffff])
  .concat([0x10000, 0x1f600, 0x1fffe, 0xe0001, 0xe0100, 0x10ffff])
const characters = every(
  codes.map(code => String.fromCodePoint(code)),
  one => [one, `${one}a`, `a${one}`, `a${one}b`, `a${one}\nb\n`, `\n${one}`, `a: ${one}`, `${one}${one}`],
)
const languages = ['naïve café', 'данные', '日本語', 'שלום', 'é', '👩‍👩‍👧', 'a\u0301', '①', 'İı', 'ß']

const kibi64 = 64 * 1024
const long = [
  'x'.repeat(kibi64),
  'word '.repeat(kibi64 / 5).trim(),
  `${'a line of a log: with # marks\n'.repeat(kibi64 / 30)}`,
  ' '.repeat(kibi64),
  `a${' '.repeat(kibi64)}b`,
  `a${'\n'.repeat(kibi64)}`,
  `a${'\n'.repeat(kibi64)}b`,
  '"\\'.repeat(kibi64 / 2),
  '\u2028'.repeat(4096),
  '😀'.repeat(kibi64 / 4),
  ...[127, 128, 129, 1022, 1023, 1024, 1025, 1026].flatMap(length => [
    'k'.repeat(length),
    `${'k'.repeat(length - 2)}: `,
  ]),
  ...[510, 511, 512, 513, 1023, 1024, 1025].map(length => '😀'.repeat(length)),
]

/** Texts that readers of YAML are known, or suspected, to take for something else; each once. */
export const corpus: readonly string[] = [
  ...new Set(
    [words, numbers, specials, times, beginnings, syntax, edges, breaks, scripts, characters, languages, long].flat(),
  ),
]

/** A text longer than this is tried in two places only: it is long wherever it stands. */
const longText = 4096

/** The places where a text can stand in a document: as a value and as a key, at the top and further in, in lists. */
export function placed(text: string): unknown[] {
  const places = [
    { value: text, next: 1 },
    { [text]: 'value' },
    { list: [text, [text, [text]], { in: text, [text]: [text] }], last: 1 },
    { outer: { inner: { [text]: text, after: null }, [text]: {} } },
    [text, { [text]: [{ [text]: text }] }, text],
    text,
  ]
  return text.length > longText ? places.slice(0, 2) : places
}
