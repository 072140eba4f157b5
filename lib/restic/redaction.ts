// Shorter values would blank out ordinary words of a message and betray the value by that.
const shortest = 4

/** Removes credentials from a text: the given values, and user info of any URL. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const longestFirst = secrets.filter(value => value.length >= shortest).sort((a, b) => b.length - a.length)
  return text => {
    const clean = longestFirst.reduce((rest, value) => rest.replaceAll(value, '***'), text)
    // A scheme is short; without a bound a long text without one would be looked through from each of its letters.
    return clean.replace(/([a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/"']*@/gi, '$1***@')
  }
}
