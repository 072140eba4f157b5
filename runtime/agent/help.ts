import { stepCommands, triggerFlags, triggerSummary } from './commands.js'
import type { FlagTable } from './flags.js'

const rows = (table: readonly (readonly [string, string])[]) => {
  const width = Math.max(...table.map(([name]) => name.length))
  return table.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')
}

/** What the agent is and which commands it has. */
export function generalHelp(): string {
  const commands = [...Object.entries(stepCommands).map(([name, { summary }]) => [name, summary] as const)]
  return `Holdfast’s agent: the program inside the pods that back up, restore and maintain.
The controller and the compiler write its command lines; run by hand it does the same.

Usage: agent <command> --flag=value …

Commands:
${rows([...commands, ['trigger', triggerSummary]])}

Every command but trigger reports in JSON to /dev/termination-log (HOLDFAST_TERMINATION_LOG names
another file, HOLDFAST_MESSAGE_BUDGET its size at most) and ends with 0 whatever became of its work;
2 means that the command line could not be understood. Credentials are files in --secret-dir, never flags.

agent <command> --help lists a command’s flags.
`
}

export function commandHelp(name: string, summary: string, table: FlagTable): string {
  const flags = Object.entries(table).map(([flag, { help, otherwise, oneOf }]) => {
    const choice = oneOf === undefined ? '' : `; one of ${oneOf.join(', ')}`
    const state = otherwise === undefined ? ' (required)' : otherwise === '' ? '' : ` (default ${otherwise})`
    return [`--${flag}=`, `${help}${choice}${state}`] as const
  })
  return `agent ${name}: ${summary}

Flags:
${rows(flags)}
`
}

export { triggerFlags }
