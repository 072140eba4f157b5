import type { Manifest } from '../lib/fleet/manifest.js'
import type { Problem } from '../lib/problem.js'
import { documentsOf } from './manifests/document.js'
import { textOfFile } from './manifests/file-text.js'
import { filesAt } from './manifests/file-walk.js'
import { isKustomization, objectsOf } from './manifests/object.js'

/** What files of manifests hold, and what could not be read. */
export interface ManifestFiles {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
}

export interface ManifestFilesOptions {
  /** Files and folders that are not read. `.git` and `node_modules` never are. @default - none */
  readonly exclude?: readonly string[]
}

/**
 * Every Kubernetes object in the YAML and JSON files of folders, or in single files, with its `file:line:column`; lists
 * are unwrapped, YAML of other programs is left out, and values of Secrets are let go. Values mean what kubectl takes
 * them for (YAML 1.1 booleans and octal numbers), but a key that comes twice is an error.
 * Never throws for what a place or a file holds: that is among the problems.
 */
export function readManifestFiles(places: readonly string[], options: ManifestFilesOptions = {}): ManifestFiles {
  const { files, problems: unreadable } = filesAt(places, options.exclude ?? [])
  const manifests: Manifest[] = []
  const problems = [...unreadable]
  for (const { path, name } of files) {
    const read = textOfFile(path, name)
    if (!read.ok) {
      problems.push(read.problem)
      continue
    }
    // A lock file of a package manager can be large; only a manifest has these words.
    if (name.endsWith('.json') && !read.text.includes('"apiVersion"')) continue
    const parsed = documentsOf(name, read.text)
    const documents = parsed.documents.filter(document => !isKustomization(document))
    const objects = objectsOf({ documents }, name)
    for (const manifest of objects.manifests) manifests.push(manifest)
    problems.push(...parsed.problems, ...objects.problems)
  }
  return { manifests, problems }
}
