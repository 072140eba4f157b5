/** One series of the text format. */
export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The series that tell the story of one backup, in that order, with what each says. */
const told: readonly (readonly [string, (value: number) => string])[] = [
  ['holdfast_backup_session_success', yes],
  ['holdfast_backup_session_duration_seconds', value => `${value.toFixed(2)} s`],
  [
    'holdfast_backup_last_success_time_seconds',
    value => new Date(value * 1000).toISOString().slice(0, 19).replace('T', ' '),
  ],
  ['holdfast_backup_host_files_total', String],
  ['holdfast_backup_host_data_size_bytes', String],
  ['holdfast_backup_host_data_uploaded_bytes', String],
  ['holdfast_restore_session_success', yes],
  ['holdfast_repository_integrity', yes],
  ['holdfast_repository_snapshot_count', String],
  ['holdfast_repository_size_bytes', String],
]

/** All series of ours in a Pushgateway’s /metrics. */
export function readSeries(text: string): Series[] {
  return text.split('\n').flatMap(line => {
    const match = /^(holdfast_\w+)\{(.*)\} (\S+)$/.exec(line)
    if (match === null) return []
    const [, name = '', labels = '', value = ''] = match
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text])
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
  })
}

/** Rows of name, whose it is, exact value and its meaning. */
export function metricRows(series: readonly Series[]): string[][] {
  return told.flatMap(([name, meaning]) =>
    series
      .filter(each => each.name === name)
      .map(({ labels, value }) => [
        name,
        `${labels['namespace'] ?? ''}/${labels['name'] ?? labels['invoker_name'] ?? ''}`,
        meaning(value),
      ]),
  )
}

function yes(value: number): string {
  return value === 1 ? '1 (yes)' : `${value} (no)`
}
