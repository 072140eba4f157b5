import { spawnSync } from 'node:child_process'

/**
 * Lets processes go before all others of the machine, threads included, until they end: a machine that others use at
 * the same time would be measured instead. Needs root and util-linux; false where that is refused.
 */
export function goFirst(processes: readonly number[]): boolean {
  return processes.every(each => spawnSync('chrt', ['--all-tasks', '--rr', '--pid', '1', String(each)]).status === 0)
}

/** Ends what goFirst began. */
export function goAsUsual(processes: readonly number[]): void {
  for (const each of processes) spawnSync('chrt', ['--all-tasks', '--other', '--pid', '0', String(each)])
}
