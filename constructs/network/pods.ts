import { labels, managedBy } from '../../lib/api/group.js'
import type { LabelSelector } from '../../lib/api/selector.js'

/** The pods that Jobs of the controller run, whatever for. */
export const moverPods: LabelSelector = {
  matchLabels: { [labels.managedBy]: managedBy },
  matchExpressions: [{ key: labels.job, operator: 'Exists' }],
}

/** The pods that CronJobs start to create sessions. */
export const triggerPods: LabelSelector = {
  matchLabels: { [labels.managedBy]: managedBy, [labels.component]: 'trigger' },
}
