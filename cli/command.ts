import type { Command } from 'commander'

/** A new command of the program, with examples below its help. */
export function command(root: Command, name: string, summary: string, examples: string): Command {
  return root.command(name).description(summary).addHelpText('after', `\nExamples:\n${examples}`)
}
