import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from './command-line.js'
import { digest, ModelRepository } from './model-repository.js'
import { recordedBackup } from './recorded-backup.js'
import { type Duration, RecordedCall, ResticStop } from './recorded-call.js'
import { recordedRestore } from './recorded-restore.js'
import { recordedSnapshots } from './recorded-snapshots.js'
import { recordedCheck, recordedForget, recordedPrune, recordedStats, recordedUnlock } from './recorded-upkeep.js'
import { filled, type Json, loadRecordings, messageOf } from './recording.js'
import type { ResticEnd, ResticProgram, ResticRun } from './restic-program.js'

export interface RecordedResticOptions {
  /** Stands for the stores that are not local: a folder in it for each. */
  readonly stores?: string
  /** Milliseconds that a command takes when it moves so many bytes; by default what restic takes on a small machine. */
  readonly duration?: Duration
}

type Command = (call: RecordedCall, repository: ModelRepository) => Promise<void>

const commands: Readonly<Record<string, Command>> = {
  backup: recordedBackup,
  restore: recordedRestore,
  snapshots: recordedSnapshots,
  forget: recordedForget,
  prune: recordedPrune,
  check: recordedCheck,
  stats: recordedStats,
  unlock: recordedUnlock,
  'cat config': printConfig,
}

/** Three quarters of a second for the key, then 50 MB a second. */
const usual: Duration = (_command, bytes) => 750 + bytes / 50_000

/**
 * Answers as restic 0.18.0 does, in words that were recorded from it, about a repository that is a model: a JSON file
 * and the stored contents, in the repository’s own folder. It keeps to the permissions of the container’s user.
 */
export function recordedRestic(options: RecordedResticOptions = {}): ResticProgram {
  const { duration = usual } = options
  const recordings = loadRecordings()
  const held = new Set<string>()
  return async run => {
    if (run.kill.aborted) return { code: null, signal: 'SIGKILL' }
    const line = commandLine(run.args)
    const call = new RecordedCall({ run, line, folder: folderOf(run, options), recordings, duration, held })
    return execute(call)
  }
}

/** Where the model of a run’s repository lies. */
function folderOf({ env, view }: ResticRun, { stores }: RecordedResticOptions): string {
  const url = env['RESTIC_REPOSITORY'] ?? ''
  if (url.startsWith('/')) return view.outside(url)
  if (stores === undefined) throw new Error(`the recorded restic has no folder for stores, and needs one for ${url}`)
  return join(stores, encodeURIComponent(url))
}

async function execute(call: RecordedCall): Promise<ResticEnd> {
  const { command } = call.line
  try {
    if (command === 'init') await init(call)
    else {
      const play = commands[command]
      if (play === undefined) throw new Error(`the recorded restic does not know the command '${command}'`)
      await play(call, opened(call))
    }
    return { code: 0, signal: null }
  } catch (error) {
    if (!(error instanceof ResticStop)) throw error
    if (!call.run.kill.aborted) call.run.stderr(error.stderr)
    return error.end
  }
}

/** Throws restic’s end for a repository that is not there, or for another password. */
function opened(call: RecordedCall): ModelRepository {
  const repository = ModelRepository.open(call.folder)
  const url = call.run.env['RESTIC_REPOSITORY'] ?? ''
  if (repository === undefined) throw call.stop('not-initialized', words => words.replaceAll('/studio/nothing', url))
  if (repository.content.password !== call.run.env['RESTIC_PASSWORD']) throw call.stop('wrong-password')
  call.noteInCache(repository)
  return repository
}

async function init(call: RecordedCall): Promise<void> {
  const url = call.run.env['RESTIC_REPOSITORY'] ?? ''
  const taken = () => call.stop('init-again', words => words.replaceAll('/studio/made', url))
  if (existsSync(join(call.folder, 'model.json'))) throw taken()
  await call.work()
  if (existsSync(join(call.folder, 'model.json'))) throw taken()
  const id = digest('repository', url, call.now())
  ModelRepository.make(call.folder, id, call.run.env['RESTIC_PASSWORD'] ?? '')
  call.say(filled(messageOf(call.recording('init').stdout, 'initialized'), { id, repository: url }))
}

async function printConfig(call: RecordedCall, { content: { id } }: ModelRepository): Promise<void> {
  await call.work()
  const recorded = JSON.parse(call.recording('cat-config').stdout) as Json
  call.run.stdout(`${JSON.stringify(filled(recorded, { id }), undefined, 2)}\n`)
}
