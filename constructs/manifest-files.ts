import type { Manifest } from '../lib/fleet/manifest.js'
import type { Problem } from '../lib/problem.js'
import { documentsOf } from './manifests/document.js'
import type { FileContent, FileMemory } from './manifests/file-memory.js'
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
  /** Files that were read before, so that the same text is not parsed twice. @default - nothing is remembered */
  readonly memory?: FileMemory
}

/**
 * Every Kubernetes object in the YAML and JSON files of folders, or in single files, with its `file:line:column`; lists
 * are unwrapped, YAML of other programs is left out, and values of Secrets are let go. Values mean what kubectl takes
 * them for (YAML 1.1 booleans and octal numbers), but a key that comes twice is an error.
 * Never throws for what a place or a file holds: that is among the problems.
 */
export function readManifestFiles(places: readonly string[], options: ManifestFilesOptions = {}): ManifestFiles {
  const steps = manifestFileSteps(places, options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** How far the reading of files has come. */
export interface ReadingProgress {
  readonly read: number
  readonly files: number
}

/** The same with a pause before each file, for those who show progress. */
export function* manifestFileSteps(
  places: readonly string[],
  options: ManifestFilesOptions = {},
): Generator<ReadingProgress, ManifestFiles> {
  const { files, problems: unreadable } = filesAt(places, options.exclude ?? [])
  const manifests: Manifest[] = []
  const problems = [...unreadable]
  for (const [index, { path, name, unlistedBy }] of files.entries()) {
    yield { read: index, files: files.length }
    const read = textOfFile(path, name)
    if (!read.ok) {
      problems.push(read.problem)
      continue
    }
    // A lock file of a package manager can be large; only a manifest has these words, or hides them.
    if (name.endsWith('.json') && !/"apiVersion"|\\u00/.test(read.text)) continue
    const parse = () => contentOf(name, read.text)
    const content = options.memory?.contentOf(name, read.text, parse) ?? parse()
    for (const manifest of content.manifests) manifests.push(manifest)
    for (const problem of content.problems) problems.push(problem)
    if (unlistedBy !== undefined && content.manifests.length > 0) problems.push(unlisted(name, unlistedBy))
  }
  return { manifests, problems }
}

function unlisted(name: string, kustomization: string): Problem {
  const message = `lies beside ${kustomization}, which does not list it, so kustomize does not apply it; list it among the resources, or exclude it`
  return { code: 'HF5004', object: name, path: '', message, source: `${name}:1:1` }
}

function contentOf(name: string, text: string): FileContent {
  const parsed = documentsOf(name, text)
  const documents = parsed.documents.filter(document => !isKustomization(document))
  const objects = objectsOf({ documents }, name)
  return { manifests: objects.manifests, problems: [...parsed.problems, ...objects.problems] }
}
