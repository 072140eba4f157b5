import { type StepCommand, stepCommands, triggerFlags, triggerSummary } from './commands.js'
import { parseFlags, UsageError } from './flags.js'

/** Runs one command; gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args
  const wantsHelp = rest.includes('--help')
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write((await import('./help.js')).generalHelp())
    return name === '' ? 2 : 0
  }
  if (name === 'trigger') return wantsHelp ? help(name, triggerSummary, triggerFlags) : runTrigger(rest)
  if (!isStep(name)) return unknownCommand(name)
  const command = stepCommands[name]
  return wantsHelp ? help(name, command.summary, command.flags) : runStepCommand(name, command, rest)
}

const isStep = (name: string): name is keyof typeof stepCommands => Object.hasOwn(stepCommands, name)

async function help(name: string, summary: string, table: StepCommand['flags']): Promise<number> {
  process.stdout.write((await import('./help.js')).commandHelp(name, summary, table))
  return 0
}

async function runTrigger(args: readonly string[]): Promise<number> {
  const flags = parseFlags('trigger', triggerFlags, args)
  return (await import('./trigger.js')).trigger(flags, process.env)
}

async function runStepCommand(name: keyof typeof stepCommands, command: StepCommand, args: readonly string[]) {
  const { runStep, reportUsageError } = await import('./step.js')
  try {
    return await runStep(name, parseFlags(name, command.flags, args), await command.load())
  } catch (error) {
    if (error instanceof UsageError) await reportUsageError(name, error)
    throw error
  }
}

async function unknownCommand(name: string): Promise<number> {
  const { nearestWord } = await import('../../lib/nearest-word.js')
  const near = nearestWord(name, [...Object.keys(stepCommands), 'trigger'])
  const hint = near === undefined ? 'agent --help lists them' : `did you mean ${near}?`
  process.stderr.write(`'${name}' is no command; ${hint}\n`)
  return 2
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code
  },
  (error: unknown) => {
    const usage = error instanceof UsageError
    process.stderr.write(`${usage ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = usage ? 2 : 1
  },
)
