import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { version } from '../lib/version.js'
import type { KubeObject } from '../runtime/kube/object.js'
import type { Terminal } from './display/terminal.js'
import { exampleProgram, exampleText } from './policy/example.js'
import { objectsIn, readManifests } from './policy/manifest.js'
import { nodeArguments } from './policy/node-command.js'
import { runPolicy } from './policy/program.js'
import { passwordFile, printMetrics, printRepositories, printStatuses } from './trial/conclusion.js'
import { furnish } from './trial/furnishing.js'
import { type LocalStores, requireSecrets, withLocalStores } from './trial/local-store.js'
import { findRestic, type Program } from './trial/pod-program.js'
import { type PolicySet, policySetOf } from './trial/policy-set.js'
import { startStage } from './trial/stage.js'
import { Teardown } from './trial/teardown.js'
import { Trial } from './trial/trial.js'
import { exitCodes, UserError } from './user-error.js'

export interface TryOptions {
  readonly keep?: boolean
  /** False to use the stores that the policy names. */
  readonly localStore: boolean
  /** File with the Secrets of those stores. */
  readonly secrets?: string
}

const keptFolder = 'holdfast-try'

/**
 * Takes a policy from compilation to a compared restore, in an embedded Kubernetes. Throws UserError unless every
 * session succeeded and every restored file equals its original.
 */
export async function tryPolicy(
  file: string | undefined,
  options: TryOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (options.keep === true) refuseEarlierTrial()
  const restic = findRestic(process.env)
  const began = performance.now()
  const teardown = new Teardown()
  terminal.line(
    `${terminal.colours.bold(`Holdfast ${version}`)}  ${terminal.colours.dim('a policy from backup to restore, with real restic, in a Kubernetes inside this process')}`,
  )
  try {
    const set = await compile(file, options, terminal, teardown, signal)
    const folder = stateFolder(options, teardown)
    await perform(set, { folder, restic, kept: options.keep === true }, terminal, teardown, signal)
  } finally {
    await teardown.run()
  }
  sayEnd((performance.now() - began) / 1000, options, terminal)
}

async function perform(
  set: PolicySet,
  { folder, restic, kept }: { readonly folder: string; readonly restic: Program; readonly kept: boolean },
  terminal: Terminal,
  teardown: Teardown,
  signal: AbortSignal,
): Promise<void> {
  terminal.title('Stage')
  const stage = await startStage(folder, restic, set, teardown)
  signal.throwIfAborted()
  const { password, sources } = await furnish(stage, set, terminal)
  writeFileSync(join(folder, passwordFile), password, { mode: 0o600 })
  const trial = new Trial(stage, set, terminal, signal)
  await trial.backUp(sources)
  await trial.maintain()
  await trial.loseAndRestore(sources)
  await printStatuses(stage, terminal)
  await printMetrics(stage, terminal)
  await printRepositories(stage, set.repositories, kept, terminal)
}

async function compile(
  file: string | undefined,
  options: TryOptions,
  terminal: Terminal,
  teardown: Teardown,
  signal: AbortSignal,
): Promise<PolicySet> {
  const args = file === undefined ? [exampleProgram()] : nodeArguments(file)
  const name = file ?? 'the bundled example'
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-synth-'))
  teardown.add(() => rmSync(outdir, { recursive: true, force: true }))
  terminal.title('Policy', name)
  if (file === undefined) showText(exampleText(), terminal)
  const began = performance.now()
  const { output } = await runPolicy(args, outdir, signal)
  showText(output.trimEnd(), terminal)
  const objects = readManifests(outdir)
  terminal.done(`compiled in ${((performance.now() - began) / 1000).toFixed(1)} s`, countsOf(objects))
  const secrets = options.secrets === undefined ? [] : secretsIn(options.secrets)
  const set = policySetOf([...objects, ...secrets], name)
  for (const left of set.leftOut) terminal.note(`${left} is not tried here`)
  return storesOf(set, options, terminal)
}

function storesOf(set: PolicySet, { localStore }: TryOptions, terminal: Terminal): PolicySet {
  const local: LocalStores = withLocalStores(set)
  if (!localStore) {
    requireSecrets(set, local.replaced)
    return set
  }
  for (const { repository, store, secret, keys } of local.replaced) {
    terminal.note(`${repository}: the ${store} store is replaced by a local one (--no-local-store uses the real one)`)
    terminal.line(`    ${terminal.colours.dim(`in a cluster, Secret ${secret} needs ${keys.join(', ')}`)}`)
  }
  return local.set
}

function secretsIn(file: string): KubeObject[] {
  if (!existsSync(file))
    throw new UserError(`${file}: there is no such file; --secrets names a YAML file with Secrets`, exitCodes.usage)
  return objectsIn(readFileSync(file, 'utf8'), file).filter(({ kind }) => kind === 'Secret')
}

function refuseEarlierTrial(): void {
  if (!existsSync(keptFolder)) return
  throw new UserError(`./${keptFolder} is there already, from an earlier trial; delete it first: rm -rf ${keptFolder}`)
}

function stateFolder({ keep }: TryOptions, teardown: Teardown): string {
  if (keep === true) {
    const folder = resolve(keptFolder)
    mkdirSync(folder)
    return folder
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-try-'))
  teardown.add(() => rmSync(folder, { recursive: true, force: true }))
  // Pods run as a user of their own.
  chmodSync(folder, 0o755)
  return folder
}

function countsOf(objects: readonly KubeObject[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`)).join(', ')
}

function showText(text: string | undefined, terminal: Terminal): void {
  if (text === undefined || text === '') return
  for (const line of text.trimEnd().split('\n')) terminal.line(terminal.colours.dim(`  │ ${line}`))
}

function sayEnd(seconds: number, { keep }: TryOptions, terminal: Terminal): void {
  const { green, bold, dim } = terminal.colours
  const left =
    keep === true
      ? `Everything stays in ./${keptFolder} (repository, volumes, logs); delete it with: rm -rf ${keptFolder}`
      : 'Everything ended and nothing was left behind; --keep keeps the repository, the volumes and the logs.'
  terminal.line()
  terminal.line(`${green('✔')} ${bold(`backed up, lost, restored, compared in ${seconds.toFixed(1)} s`)}`)
  terminal.line(`  ${dim(left)}`)
}
