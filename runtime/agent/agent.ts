import { type StepCommand, stepCommands, triggerFlags, triggerSummary } from './commands.js'
import { parseFlags, UsageError } from './flags.js'
import type { AgentHost } from './host.js'

/**
 * Runs one command of the agent, with `args` as they follow the program’s name; gives the exit code: 0 whatever became
 * of a step’s work, 1 for a defect of the agent, 2 for a command line that cannot be understood. Never rejects.
 */
export async function runAgent(args: readonly string[], host: AgentHost): Promise<number> {
  try {
    return await runCommand(args, host)
  } catch (error) {
    const usage = error instanceof UsageError
    host.error(usage ? error.message : error instanceof Error ? String(error.stack) : String(error))
    return usage ? 2 : 1
  }
}

async function runCommand(args: readonly string[], host: AgentHost): Promise<number> {
  const [name = '', ...rest] = args
  const wantsHelp = rest.includes('--help')
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    host.log((await import('./help.js')).generalHelp().trimEnd())
    return name === '' ? 2 : 0
  }
  if (name === 'trigger') return wantsHelp ? help(host, name, triggerSummary, triggerFlags) : runTrigger(rest, host)
  if (!isStep(name)) return unknownCommand(name, host)
  const command = stepCommands[name]
  return wantsHelp ? help(host, name, command.summary, command.flags) : runStepCommand(name, command, rest, host)
}

const isStep = (name: string): name is keyof typeof stepCommands => Object.hasOwn(stepCommands, name)

async function help(host: AgentHost, name: string, summary: string, table: StepCommand['flags']): Promise<number> {
  host.log((await import('./help.js')).commandHelp(name, summary, table).trimEnd())
  return 0
}

async function runTrigger(args: readonly string[], host: AgentHost): Promise<number> {
  const flags = parseFlags('trigger', triggerFlags, args)
  return (await import('./trigger.js')).trigger(flags, host)
}

async function runStepCommand(
  name: keyof typeof stepCommands,
  command: StepCommand,
  args: readonly string[],
  host: AgentHost,
): Promise<number> {
  const { runStep, reportUsageError } = await import('./step.js')
  try {
    return await runStep(name, parseFlags(name, command.flags, args), await command.load(), host)
  } catch (error) {
    if (error instanceof UsageError) reportUsageError(name, error, host.env)
    throw error
  }
}

async function unknownCommand(name: string, host: AgentHost): Promise<number> {
  const { nearestWord } = await import('../../lib/nearest-word.js')
  const near = nearestWord(name, [...Object.keys(stepCommands), 'trigger'])
  const hint = near === undefined ? 'agent --help lists them' : `did you mean ${near}?`
  host.error(`'${name}' is no command; ${hint}`)
  return 2
}
