import { execFileSync } from 'node:child_process'
import { join, relative as relativePath } from 'node:path'
import { findCondition } from '../../lib/conditions.js'
import { formatBytes, quantityBytes } from '../../lib/quantity.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  REPOSITORIES,
  RESTORE_SESSIONS,
  type RepositoryObject,
  type RestoreSessionObject,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { relative } from '../display/elapsed.js'
import { printTable } from '../display/table.js'
import type { Terminal } from '../display/terminal.js'
import { repositoryClaim } from './local-store.js'
import { metricRows, readSeries } from './metrics.js'
import { claimFolder, type Stage } from './stage.js'

/** File in the state folder with the password of the generated Secrets. */
export const passwordFile = 'restic-password'

/** What the cluster says at the end: the status of every object that has one. */
export async function printStatuses(stage: Stage, terminal: Terminal): Promise<void> {
  const { client } = stage
  const now = new Date()
  const [configurations, backups, repositories, restores] = await Promise.all([
    client.list<ConfigurationObject>(CONFIGURATIONS),
    client.list<BackupSessionObject>(BACKUP_SESSIONS),
    client.list<RepositoryObject>(REPOSITORIES),
    client.list<RestoreSessionObject>(RESTORE_SESSIONS),
  ])
  const rows = [
    ...configurations.items.map(each => [
      nameWithKind(each),
      readiness(each),
      `last success ${relative(each.status?.lastSuccessfulTime, now)}, next ${each.spec.paused === true ? 'when it is no longer paused' : relative(each.status?.nextScheduleTime, now)}`,
    ]),
    ...backups.items.map(each => [nameWithKind(each), each.status?.phase ?? '', backupFacts(each)]),
    ...repositories.items.map(each => [nameWithKind(each), readiness(each), repositoryFacts(each)]),
    ...restores.items.map(each => [nameWithKind(each), each.status?.phase ?? '', restoreFacts(each)]),
  ]
  terminal.title('What kubectl would show')
  printTable(terminal, ['OBJECT', 'STATE', 'STATUS'], rows)
}

const nameWithKind = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace}/${metadata.name}`

function readiness({ status }: ConfigurationObject | RepositoryObject): string {
  const ready = findCondition(status?.conditions, 'Ready')
  return ready?.status === 'True' ? 'Ready' : `not Ready: ${ready?.reason ?? 'no condition yet'}`
}

function backupFacts({ status }: BackupSessionObject): string {
  const snapshots = status?.targets?.flatMap(target => target.stats ?? []).flatMap(each => each.snapshots ?? []) ?? []
  return snapshots
    .map(
      each =>
        `snapshot ${each.name}, ${each.fileStats?.totalFiles ?? 0} files, ${formatBytes(each.totalBytes ?? 0)}, in ${status?.sessionDuration}`,
    )
    .join('; ')
}

function restoreFacts({ status }: RestoreSessionObject): string {
  return (status?.stats ?? [])
    .map(
      each =>
        `${each.filesRestored ?? 0} files and folders, ${formatBytes(each.bytesRestored ?? 0)}, in ${status?.sessionDuration}`,
    )
    .join('; ')
}

function repositoryFacts({ status }: RepositoryObject): string {
  const size = status?.totalBytes ?? (status?.totalSize === undefined ? undefined : quantityBytes(status.totalSize))
  return [
    `integrity ${status?.integrity === true ? 'verified' : 'not verified'}`,
    `${status?.snapshotCount ?? 0} ${status?.snapshotCount === 1 ? 'snapshot' : 'snapshots'}`,
    size === undefined ? '' : formatBytes(size),
  ]
    .filter(Boolean)
    .join(', ')
}

/** A selection of the metrics that the trial pushed. */
export async function printMetrics(stage: Stage, terminal: Terminal): Promise<void> {
  const answer = await fetch(`${stage.receiver.url}/metrics`)
  const series = readSeries(await answer.text())
  terminal.title('Metrics that were pushed', `${series.length} series in ${stage.receiver.what}; a selection`)
  printTable(terminal, ['SERIES', 'OF', 'VALUE'], metricRows(series))
}

/** What restic itself finds in the repositories, without Holdfast; with `kept`, also how to ask it again later. */
export async function printRepositories(
  stage: Stage,
  repositories: readonly RepositoryObject[],
  kept: boolean,
  terminal: Terminal,
): Promise<void> {
  for (const { metadata, spec } of repositories) {
    const claim = repositoryClaim(spec.backend)
    if (claim === undefined) continue
    const { namespace = '' } = metadata
    const folder = join(await claimFolder(stage, namespace, claim), spec.backend.local?.subPath ?? '')
    const password = join(stage.folder, passwordFile)
    terminal.title(
      `What restic itself finds in ${namespace}/${metadata.name}`,
      `restic ${stage.restic.version}, without Holdfast`,
    )
    printTable(terminal, ['ID', 'TIME', 'HOST', 'PATH', 'FILES', 'SIZE'], snapshotRows(stage, folder, password))
    if (!kept) continue
    const here = (path: string) => relativePath(process.cwd(), path)
    terminal.line()
    terminal.line(
      `  ${terminal.colours.cyan(`RESTIC_PASSWORD_FILE=${here(password)} restic -r ${here(folder)} snapshots`)}`,
    )
  }
}

/** An entry of `restic snapshots --json` (0.17 and newer), as far as it is shown. */
interface Snapshot {
  readonly short_id: string
  readonly time: string
  readonly hostname: string
  readonly paths: readonly string[]
  readonly summary?: { readonly total_files_processed: number; readonly total_bytes_processed: number }
}

function snapshotRows({ restic }: Stage, folder: string, password: string): string[][] {
  const text = execFileSync(restic.path, ['-r', folder, '--no-cache', '--no-lock', '--json', 'snapshots'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], RESTIC_PASSWORD_FILE: password },
  })
  const snapshots = JSON.parse(text) as readonly Snapshot[]
  return snapshots.map(({ short_id, time, hostname, paths, summary }) => [
    short_id,
    time.slice(0, 19).replace('T', ' '),
    hostname,
    paths.join(', '),
    String(summary?.total_files_processed ?? ''),
    summary === undefined ? '' : formatBytes(summary.total_bytes_processed),
  ])
}
