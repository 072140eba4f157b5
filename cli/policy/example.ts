import { companion } from './program.js'

// Put in by the bundler: the text of examples/sandbox.ts as a user of the package would write it.
declare const holdfastExampleText: string | undefined

/** The compiled example policy, made together with this program. */
export function exampleProgram(): string {
  return companion('example.cjs')
}

/** The example’s source, for people; undefined when this runs from the sources. */
export function exampleText(): string | undefined {
  return typeof holdfastExampleText === 'undefined' ? undefined : holdfastExampleText
}
