import {
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
} from 'js-yaml'

const digits = '+-.0123456789'.split('')
const integer = /^[-+]?(0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)$/
const decimal = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

// Go’s strconv.ParseInt with base 0, which go-yaml v2 asks first: `010` and `0o10` are 8.
function integerOf(text: string): number | undefined {
  if (!integer.test(text)) return undefined
  const negative = text.startsWith('-')
  const size = text.replace(/^[-+]/, '')
  const value = /^0[0-7]+$/.test(size) ? Number.parseInt(size, 8) : Number(size.toLowerCase())
  return negative ? -value : value
}

function numberOf(text: string): number | typeof NOT_RESOLVED {
  const plain = text.replaceAll('_', '')
  return integerOf(plain) ?? (decimal.test(plain) ? Number(plain) : NOT_RESOLVED)
}

const never = () => false
const number = (name: string, implicit: boolean) =>
  defineScalarTag(`tag:yaml.org,2002:${name}`, {
    implicit,
    implicitFirstChars: digits,
    resolve: numberOf,
    identify: never,
  })

// A tag of another program says nothing to Kubernetes: kubectl reads the value as if the tag were not there.
const foreign = ['!', 'tag:'].flatMap(prefix => [
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: source => source, identify: never }),
  defineSequenceTag(prefix, { ...seqTag, matchByTagPrefix: true, identify: never }),
  defineMappingTag(prefix, { ...mapTag, matchByTagPrefix: true, identify: never }),
])

const binary = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: source => Buffer.from(source, 'base64').toString('utf8'),
  identify: never,
})

/**
 * What kubectl takes a plain scalar for (sigs.k8s.io/yaml, which is go-yaml v2): `yes`, `on` and `y` are booleans,
 * `010` is 8, `1_000` is 1000; dates, times (`1:30`) and infinities are texts.
 */
export const kubectlSchema = new Schema([
  strTag,
  seqTag,
  mapTag,
  nullYaml11Tag,
  boolYaml11Tag,
  number('int', true),
  number('float', false),
  mergeTag,
  binary,
  ...foreign,
])
