import { type Command, Option } from 'commander'
import { version } from '../../lib/version.js'
import { connect } from '../cluster/connection.js'
import { command } from '../command.js'
import { printTable } from '../display/table.js'
import type { Terminal } from '../display/terminal.js'
import { UserError } from '../user-error.js'
import { readClusterState } from './cluster-state.js'
import { standingOf, type VersionStanding } from './standing.js'
import { standingRows } from './standing-table.js'
import { upgradeSteps } from './upgrade-steps.js'

export interface VersionOptions {
  readonly check?: boolean
  readonly namespace?: string
  readonly output: 'table' | 'json'
}

/** Adds `holdfast version`. */
export function addVersion(root: Command, terminal: Terminal): void {
  const examples = `  holdfast version
  holdfast version --check                  of the cluster that kubectl would use
  holdfast version --check -n shop          only the policies of one namespace
  holdfast version --check -o json | jq -r '.steps[]'

Exit code of --check: 0 only when everything could be read, every release is known, and nothing is to be done; else 1.`
  command(root, 'version', 'print the version; with --check, what a cluster has and what is to be done', examples)
    .option('--check', 'compare this command, the definitions, the controller and the committed templates')
    .option('-n, --namespace <name>', 'only policies of this namespace (default: of all)')
    .addOption(new Option('-o, --output <format>', 'json for programs').choices(['table', 'json']).default('table'))
    .action((options: VersionOptions) => checkVersion(options, terminal))
}

/** Throws UserError when something is to be done. */
export async function checkVersion(options: VersionOptions, terminal: Terminal): Promise<void> {
  if (options.check !== true) {
    terminal.line(options.output === 'json' ? JSON.stringify({ command: version }) : version)
    return
  }
  const { client } = await connect(undefined)
  try {
    const standing = standingOf(await readClusterState(client, options.namespace), options.namespace)
    const steps = upgradeSteps(standing)
    if (options.output === 'json') terminal.line(JSON.stringify({ ...standing, steps }, undefined, 2))
    else printStanding(standing, steps, terminal)
    if (steps.length > 0)
      throw new UserError(`${steps.length} ${steps.length === 1 ? 'thing is' : 'things are'} to be done`)
  } finally {
    client.close()
  }
}

function printStanding(standing: VersionStanding, steps: readonly string[], terminal: Terminal): void {
  printTable(terminal, ['WHAT', 'RELEASE', 'STATE'], standingRows(standing))
  if (steps.length === 0) terminal.done('nothing is to be done', `${standing.templates.length} policies`)
  else terminal.title('To be done, in this order')
  for (const [index, step] of steps.entries()) terminal.line(`  ${index + 1}. ${step}`)
}
