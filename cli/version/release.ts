/** How one release stands to another. */
export type Age = 'older' | 'same' | 'newer' | 'unknown'

const pattern = /^v?(\d+)\.(\d+)\.(\d+)/

/** Whether a text names a release. */
export const isRelease = (text: string | undefined): boolean => pattern.test(text ?? '')

/** Compares release `a` with `b`, number by number; `unknown` where one of them is no release. */
export function ageOf(a: string | undefined, b: string): Age {
  const [left, right] = [a ?? '', b].map(text => pattern.exec(text)?.slice(1).map(Number))
  if (left === undefined || right === undefined) return 'unknown'
  const difference = left.map((number, index) => number - (right[index] ?? 0)).find(each => each !== 0) ?? 0
  return difference === 0 ? 'same' : difference < 0 ? 'older' : 'newer'
}

/** The tag of an image: `0.1.0` of `registry:5000/holdfast:0.1.0@sha256:…`; undefined when it has none. */
export function tagOf(image: string): string | undefined {
  const [name = ''] = image.split('@')
  return /:([^:/]+)$/.exec(name)?.[1]
}
