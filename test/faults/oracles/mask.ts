import { steady } from '../point.js'

/** Fields that differ between any two runs and say nothing about how a flow ended. */
const fields: Readonly<Record<string, string>> = {
  uid: '<uid>',
  jobUID: '<uid>',
  id: '<id>',
  snapshot: '<id>',
  resourceVersion: '<version>',
  observedGeneration: '<generation>',
  generation: '<generation>',
  duration: '<duration>',
  sessionDuration: '<duration>',
  processingTime: '<duration>',
  recoveryPointAge: '<duration>',
  uploadedBytes: '<bytes>',
  totalSize: '<bytes>',
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
const longHex = /\b[0-9a-f]{64}\b/g
const shortId = /(?<![\w-])[0-9a-f]{8}(?![\w-])/g
const newer = /\bthe newer session \S+/g
const waited = /\bwaited \d+s\b/g
const volume = /\/[^\s,=]*\/volumes\/pvc-[0-9a-f-]+/g
const podName = /\bpod ([a-z0-9-]+)/g

/** A text without times, ids and names that a machine made up. */
export const maskText = (text: string): string =>
  text
    .replace(time, '<time>')
    .replace(volume, '<volume>')
    .replace(longHex, '<id>')
    .replace(podName, (_, name: string) => `pod ${steady(name)}`)
    .replace(/[a-z0-9.-]+-[0-9a-f]{8}-\d+(-finish)?/g, name => steady(name))
    .replace(/[a-z0-9.-]+-maintain-[0-9a-f]{10}/g, name => steady(name))
    .replace(shortId, '<id>')
    .replace(newer, 'the newer session <name>')
    .replace(waited, 'waited <duration>')

/** A value with everything masked that two runs may differ in. */
export function masked(value: unknown, key = ''): unknown {
  const known = fields[key]
  if (known !== undefined && value !== undefined) return known
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return value.map(each => masked(each))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, masked(inner, name)]),
  )
}
