import { App, Chart } from 'cdk8s'
import { parseAllDocuments } from 'yaml'
import { Backend, Repository, Retention, Schedule, type ScheduledBackupProps } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'

/** A Kubernetes object as it was written. */
export type Manifest = ManifestObject & { readonly spec: Readonly<Record<string, unknown>> }

/** An app with one chart and one Repository, without output folder. */
export function policyApp(namespace = 'shop') {
  const app = new App()
  const chart = new Chart(app, 'shop', { namespace })
  const repository = new Repository(chart, 'store', {
    backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'backups', secretName: 'store-keys' }),
  })
  return { app, chart, repository }
}

/** What a policy cannot do without. */
export function minimal(repository: ScheduledBackupProps['repository'], claim = 'orders-data'): ScheduledBackupProps {
  return {
    claim,
    repository,
    schedule: Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' }),
    retention: Retention.keep({ daily: 7 }),
  }
}

/** Every object that an app writes. */
export function manifestsOf(app: App): Manifest[] {
  return parseAllDocuments(app.synthYaml()).map(document => document.toJSON() as Manifest)
}

/** The one object of a kind; throws when there is none, or more than one without a name. */
export function manifestOf(app: App, kind: string, name?: string): Manifest {
  const [found, ...others] = manifestsOf(app).filter(
    object => object.kind === kind && (name === undefined || object.metadata.name === name),
  )
  if (found === undefined || others.length > 0) throw new Error(`${kind} ${name ?? ''}: ${others.length} others`)
  return found
}

/** What synthesis says is wrong, a line each; empty when nothing is. */
export function complaintsOf(app: App): string[] {
  try {
    app.synthYaml()
    return []
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return error.message.split('\n').slice(1)
  }
}

/** What stands at a path of an object, `spec.template.spec.containers.0`, as the caller knows it. */
export function at<T>(object: unknown, path: string): T {
  const step = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return path.split('.').reduce(step, object) as T
}
