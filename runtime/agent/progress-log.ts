import type { Progress } from '../../lib/restic/messages.js'

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Bytes for people: `1.5 GiB`. */
export function readableBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** Seconds for people: `1h02m`, `3m05s`, `12s`. */
export function readableSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (whole >= 3600) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`
  return whole >= 60 ? `${Math.floor(whole / 60)}m${two(whole % 60)}s` : `${whole}s`
}

/** One line that says how far restic is. */
export function progressLine({
  fraction,
  bytesDone,
  totalBytes,
  filesDone,
  totalFiles,
  secondsLeft,
}: Progress): string {
  const left = secondsLeft === undefined || secondsLeft === 0 ? '' : `, about ${readableSeconds(secondsLeft)} left`
  const bytes = `${readableBytes(bytesDone)} of ${readableBytes(totalBytes)}`
  return `${(fraction * 100).toFixed(1)} %: ${bytes}, ${filesDone} of ${totalFiles} files${left}`
}
