import type { JobTemplate } from './pod.js'
import { listOf, optional, type Test, text, whole } from './shape.js'

/** An object with at least these fields; the API server judges the others. */
const having =
  (fields: Readonly<Record<string, Test>>): Test =>
  value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries: Readonly<Record<string, unknown>> = { ...value }
    return Object.entries(fields).every(([key, test]) => test(entries[key]))
  }
const object = having({})
const texts: Test = value => object(value) && Object.values({ ...(value as object) }).every(text)

const container = having({
  name: text,
  image: text,
  args: optional(listOf(text)),
  env: optional(listOf(object)),
  envFrom: optional(listOf(object)),
  ports: optional(listOf(object)),
  volumeMounts: optional(listOf(having({ name: text, mountPath: text }))),
  securityContext: optional(
    having({ capabilities: optional(having({ drop: optional(listOf(text)), add: optional(listOf(text)) })) }),
  ),
})
const pod = having({
  serviceAccountName: text,
  activeDeadlineSeconds: whole,
  securityContext: having({ supplementalGroups: optional(listOf(whole)) }),
  initContainers: listOf(container),
  containers: listOf(container),
  volumes: listOf(having({ name: text, secret: optional(object), persistentVolumeClaim: optional(object) })),
})
const metadata = having({ labels: texts, annotations: optional(texts) })
const template = having({ metadata, spec: having({ template: having({ metadata, spec: pod }) }) })

/** Whether a committed template has the shape that gate and controller read; what it asks for is another matter. */
export function isJobTemplate(value: unknown): value is JobTemplate {
  return template(value)
}
