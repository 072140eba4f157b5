import { apiGroup } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'

/** What kubectl does to objects of a kind that it is told by name. */
const verbs = 'get|describe|explain|delete|edit|patch|replace|annotate|label|wait|scale|events'
/** Up to where a command can go in a text: its end, a pipe, a comment, what is around it, or the sentence that goes on. */
const command = new RegExp(`kubectl((?: -{1,2}[a-z-]+[= ]\\S+)* (?:${verbs}) [^\`'"|;#\\n)]*)`, 'g')
const harmless = /^(get|describe)$/

/** The kubectl commands of a text, as words. */
export function kubectlCommands(text: string): string[][] {
  const joined = text.replace(/\\\n\s*/g, ' ').replace(/\{\{.*?\}\}|\$\{.*?\}/g, 'VALUE')
  return [...joined.matchAll(command)].map(([, said = '']) =>
    said
      .replace(/, and .*/, '')
      .trim()
      .split(/\s+/),
  )
}

const names = kinds.flatMap(({ kind, plural, singular }) => [kind.toLowerCase(), plural, singular])
const shortNames = kinds.flatMap(each => each.shortNames)

/** Words of a command that kubectl could take for another product’s kind. */
export function ambiguousNames(words: readonly string[]): string[] {
  const verb = words.find(word => new RegExp(`^(${verbs})$`).test(word)) ?? ''
  return words
    .filter(word => !word.startsWith('-') && !word.includes('='))
    .flatMap(word => word.split(/[,/]/))
    .filter(word => {
      const [name = '', ...group] = word.split('.')
      if (shortNames.includes(name)) return !harmless.test(verb)
      // Of a singular with a group, explain takes the group for fields.
      if (verb === 'explain' && kinds.some(({ singular }) => singular === name)) return true
      return names.includes(name.toLowerCase()) && !`${group.join('.')}.`.startsWith(`${apiGroup}.`)
    })
}
