/**
 * The keys of an object as they would be listed after each was put into a new object in sorted order: whole numbers
 * come first, by size, as JavaScript keeps them; all others by their code units.
 */
export function sortedKeys(fields: object): string[] {
  const keys = Object.keys(fields)
  let numbers = 0
  while (isIndex(keys[numbers])) numbers += 1
  for (let index = numbers + 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return resorted(keys, numbers)
  }
  return keys
}

function resorted(keys: string[], numbers: number): string[] {
  return numbers === 0 ? keys.sort() : [...keys.slice(0, numbers), ...keys.slice(numbers).sort()]
}

// ECMAScript: an array index is a whole number below 2^32 - 1, written without a leading zero.
function isIndex(key: string | undefined): boolean {
  if (key === undefined || key === '') return false
  const first = key.charCodeAt(0)
  if (first < 0x30 || first > 0x39) return false
  const number = Number(key)
  return Number.isInteger(number) && number < 2 ** 32 - 1 && String(number) === key
}
