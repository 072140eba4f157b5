import { type Command, Option } from 'commander'
import { type RetentionPolicy, retentionPolicySchema } from '../../lib/api/retention-policy.js'
import { keepCounts, keepWithins } from '../../lib/keep-rules.js'
import { exitCodes, UserError } from '../user-error.js'

/** Values of `--keep-last`, `--keep-within` and their like, as they were typed. */
export type KeepOptions = {
  readonly [rule in (typeof keepCounts)[number] | (typeof keepWithins)[number]]?: string
} & { readonly keepTag?: readonly string[] }

const flag = (rule: string) => `--${rule.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Adds restic’s own keep options to a command. */
export function addKeepOptions(command: Command): Command {
  for (const rule of keepCounts) command.addOption(new Option(`${flag(rule)} <n>`, 'as of restic forget').hideHelp())
  for (const rule of keepWithins) command.addOption(new Option(`${flag(rule)} <age>`, 'as of restic forget').hideHelp())
  return command.addOption(new Option('--keep-tag <tags...>', 'as of restic forget').hideHelp())
}

/** The retention policy that the options make; undefined without any. Throws UserError for values that are none. */
export function retentionFrom(options: KeepOptions): RetentionPolicy | undefined {
  const counts = keepCounts.flatMap(rule => (options[rule] === undefined ? [] : [[rule, Number(options[rule])]]))
  const ages = keepWithins.flatMap(rule => (options[rule] === undefined ? [] : [[rule, options[rule]]]))
  const tags = options.keepTag === undefined ? [] : [['keepTags', options.keepTag]]
  const policy: Record<string, unknown> = Object.fromEntries([...counts, ...ages, ...tags])
  if (Object.keys(policy).length === 0) return undefined
  const read = retentionPolicySchema.safeParse(policy)
  if (read.success) return read.data
  const wrong = new Set(read.error.issues.map(({ path }) => String(path[0])))
  throw new UserError([...wrong].map(rule => explain(rule, options)).join('\n'), exitCodes.usage)
}

function explain(rule: string, options: KeepOptions): string {
  const isCount = keepCounts.some(each => each === rule)
  const isAge = keepWithins.some(each => each === rule)
  const given = Object.entries(options).find(([name]) => name === rule)?.[1] ?? ''
  if (isCount) return `${flag(rule)} '${given}': expected a whole number from 1`
  if (isAge) return `${flag(rule)} '${given}': expected an age such as 1y6m, 30d or 12h`
  return '--keep-tag: expected one to 16 tags without commas'
}
