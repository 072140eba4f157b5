import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DownwardSource, ObjectSource, Pod, Volume } from '../api/kinds.js'
import { fieldsOf } from '../api/object.js'
import type { Store } from '../api/store.js'
import { fieldValue } from './field-reference.js'
import { VolumeError } from './volume-error.js'

export interface VolumeFile {
  readonly path: string
  readonly content: Buffer
  readonly mode: number
}

/** The files of a Secret, ConfigMap, downward API or projected volume; undefined for other kinds of volume. */
export function volumeFiles(store: Store, pod: Pod, volume: Volume): VolumeFile[] | undefined {
  if (volume.secret !== undefined) return objectFiles(store, pod, 'secret', volume.secret)
  if (volume.configMap !== undefined) return objectFiles(store, pod, 'configmap', volume.configMap)
  if (volume.downwardAPI !== undefined) return downwardFiles(pod, volume.downwardAPI)
  if (volume.projected === undefined) return undefined
  const { sources = [], defaultMode = 0o644 } = volume.projected
  return sources.flatMap(source => {
    if (source.secret !== undefined) return objectFiles(store, pod, 'secret', { defaultMode, ...source.secret })
    if (source.configMap !== undefined)
      return objectFiles(store, pod, 'configmap', { defaultMode, ...source.configMap })
    if (source.downwardAPI !== undefined) return downwardFiles(pod, { defaultMode, ...source.downwardAPI })
    const path = source.serviceAccountToken?.path
    return path === undefined ? [] : [{ path, content: Buffer.from('sandbox-token'), mode: defaultMode }]
  })
}

export function writeFiles(folder: string, files: readonly VolumeFile[]): void {
  for (const { path, content, mode } of files) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
    chmodSync(target, mode)
  }
}

function objectFiles(store: Store, pod: Pod, kind: 'secret' | 'configmap', source: ObjectSource): VolumeFile[] {
  const name = source.secretName ?? source.name ?? ''
  const object = store.get(`${kind}s`, pod.metadata.namespace, name)
  if (object === undefined) {
    if (source.optional === true) return []
    throw new VolumeError(`${kind} "${name}" not found`)
  }
  const data = new Map<string, Buffer>()
  const encoded = kind === 'secret' ? 'data' : 'binaryData'
  for (const [key, value] of Object.entries(fieldsOf(object, encoded)))
    data.set(key, Buffer.from(String(value), 'base64'))
  if (kind === 'configmap') {
    for (const [key, value] of Object.entries(fieldsOf(object, 'data'))) data.set(key, Buffer.from(String(value)))
  }
  const fallback = source.defaultMode ?? 0o644
  if (source.items === undefined) return [...data].map(([path, content]) => ({ path, content, mode: fallback }))
  return source.items.flatMap(({ key, path, mode }) => {
    const content = data.get(key)
    if (content !== undefined) return [{ path, content, mode: mode ?? fallback }]
    if (source.optional === true) return []
    throw new VolumeError(`references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`)
  })
}

function downwardFiles(pod: Pod, source: DownwardSource): VolumeFile[] {
  return (source.items ?? []).map(({ path, mode, fieldRef }) => ({
    path,
    content: Buffer.from(fieldRef === undefined ? '' : fieldValue(pod, fieldRef.fieldPath)),
    mode: mode ?? source.defaultMode ?? 0o644,
  }))
}
