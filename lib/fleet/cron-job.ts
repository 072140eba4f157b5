import { labels } from '../api/group.js'
import type { SourcePosition } from '../problem.js'
import { parseSchedule, type Schedule } from '../schedule.js'
import { namespaceOf } from './claim.js'
import { fieldAt, groupOf, itemsOf, type Manifest, textOf } from './manifest.js'

/** A CronJob in git that is not a policy’s trigger, and the claims that its pods mount. */
export interface ForeignCronJob {
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
  readonly schedule: Schedule
  readonly claims: readonly string[]
}

/** Reads a CronJob that mounts claims; undefined for other objects, triggers, and schedules that cannot be read. */
export function foreignCronJob({ object, position }: Manifest): ForeignCronJob | undefined {
  if (object.kind !== 'CronJob' || groupOf(object) !== 'batch') return undefined
  const isTrigger = object.metadata.labels?.[labels.configuration] !== undefined
  const pod = fieldAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
  const claims = itemsOf(fieldAt(pod, 'volumes')).flatMap(volume => {
    const claim = textOf(fieldAt(volume, 'persistentVolumeClaim', 'claimName'))
    return claim === undefined ? [] : [claim]
  })
  if (isTrigger || claims.length === 0 || fieldAt(object, 'spec', 'suspend') === true) return undefined
  const expression = textOf(fieldAt(object, 'spec', 'schedule')) ?? ''
  const parsed = parseSchedule(expression, textOf(fieldAt(object, 'spec', 'timeZone')))
  if (!parsed.ok) return undefined
  return { namespace: namespaceOf(object), name: object.metadata.name, position, schedule: parsed.schedule, claims }
}
