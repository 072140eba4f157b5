import { findCondition } from '../lib/conditions.js'
import { CONFIGURATIONS, type ConfigurationObject } from '../runtime/controller/objects.js'
import { isNotFound } from '../runtime/kube/api-error.js'
import { connect } from './cluster/connection.js'
import { relative } from './display/elapsed.js'
import { printTable } from './display/table.js'
import type { Terminal } from './display/terminal.js'
import { UserError } from './user-error.js'

export interface StatusOptions {
  readonly namespace?: string
  readonly allNamespaces?: boolean
  readonly output?: string
}

/** One configuration as people and scripts read it. */
export interface Standing {
  readonly namespace: string
  readonly name: string
  readonly volume: string
  readonly schedule: string
  readonly timeZone: string
  readonly paused: boolean
  readonly lastSuccessfulTime: string | null
  readonly nextScheduleTime: string | null
  readonly ready: boolean
  readonly reason: string
  readonly message: string
}

/** Prints where every configuration stands, problems first. Throws UserError when Holdfast is not installed. */
export async function status(options: StatusOptions, terminal: Terminal): Promise<void> {
  const { client, namespace } = await connect(options.namespace)
  try {
    const all = options.allNamespaces === true
    const { items } = await client.list<ConfigurationObject>(CONFIGURATIONS, all ? {} : { namespace })
    const standings = items.map(standingOf).sort(problemsFirst)
    if (options.output === 'json') terminal.line(JSON.stringify(standings, undefined, 2))
    else printStandings(standings, all ? 'the cluster' : `namespace ${namespace}`, terminal)
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new UserError(
      'the cluster does not know BackupConfigurations: Holdfast is not installed there (holdfast crds | kubectl apply --server-side -f -)',
    )
  } finally {
    client.close()
  }
}

export function standingOf({ metadata, spec, status: current }: ConfigurationObject): Standing {
  const ready = findCondition(current?.conditions, 'Ready')
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    volume: spec.target.ref.name,
    schedule: spec.schedule,
    timeZone: spec.timeZone ?? 'Etc/UTC',
    paused: spec.paused === true,
    lastSuccessfulTime: current?.lastSuccessfulTime ?? null,
    nextScheduleTime: current?.nextScheduleTime ?? null,
    ready: ready?.status === 'True',
    reason: ready?.reason ?? 'NotReported',
    message: ready?.message ?? 'the controller has not reported on it yet; does it run?',
  }
}

/** Those that are not Ready first, then the paused, then the oldest backup first. */
export function problemsFirst(a: Standing, b: Standing): number {
  const rank = ({ ready, paused }: Standing) => (ready ? (paused ? 1 : 2) : 0)
  const age = rank(a) - rank(b) || (a.lastSuccessfulTime ?? '').localeCompare(b.lastSuccessfulTime ?? '')
  return age || `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`)
}

function printStandings(standings: readonly Standing[], where: string, terminal: Terminal): void {
  if (standings.length === 0) {
    terminal.line(`no BackupConfiguration in ${where}`)
    return
  }
  const { green, red, yellow } = terminal.colours
  const now = new Date()
  const rows = standings.map(each => [
    `${each.namespace}/${each.name}`,
    each.volume,
    each.schedule,
    relative(each.lastSuccessfulTime ?? undefined, now),
    each.paused ? yellow('paused') : each.nextScheduleTime === null ? '-' : relative(each.nextScheduleTime, now),
    each.ready ? green('Ready') : red('not Ready'),
    each.ready ? '' : `${each.reason}: ${each.message}`,
  ])
  printTable(terminal, ['CONFIGURATION', 'VOLUME', 'SCHEDULE', 'LAST SUCCESS', 'NEXT', 'STATE', 'WHY'], rows)
}
