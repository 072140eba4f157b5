import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseAllDocuments } from 'yaml'
import type { Manifest, ManifestObject } from '../lib/fleet/manifest.js'
import type { Problem } from '../lib/problem.js'

/** What files of manifests hold, and what could not be read. */
export interface ManifestFiles {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
}

/**
 * Every Kubernetes object in the YAML and JSON files of folders, or in single files, with its `file:line:column`.
 * Never throws for what a file holds: that is among the problems.
 */
export function readManifestFiles(places: readonly string[]): ManifestFiles {
  const manifests: Manifest[] = []
  const problems: Problem[] = []
  for (const file of places.flatMap(filesAt)) {
    const lines = new LineCounter()
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { lineCounter: lines })) {
      const { line, col } = lines.linePos(document.contents?.range?.[0] ?? 0)
      const position = `${file}:${line}:${col}`
      const [error] = document.errors
      if (error !== undefined) {
        problems.push({ code: 'HF5001', object: file, path: '', message: error.message, source: position })
        continue
      }
      const object: unknown = document.toJS()
      if (isObject(object)) manifests.push({ object, position })
    }
  }
  return { manifests, problems }
}

function filesAt(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place]
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map(name => join(place, name))
}

function isObject(value: unknown): value is ManifestObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'metadata' in value
}
