import { labels, managedBy } from '../../lib/api/group.js'
import { BACKUP_SESSIONS, type JobObject, REPOSITORIES, RESTORE_SESSIONS } from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, type Resource } from '../../runtime/kube/resource.js'
import { seriesOf } from '../../test/behaviour/metric-series.js'
import type { Evidence, Finding } from './evidence.js'

const owners: readonly Resource[] = [BACKUP_SESSIONS, RESTORE_SESSIONS, REPOSITORIES, CRON_JOBS, JOBS]

/** Nothing is left of what has ended or is gone. */
export async function auditOrphans(evidence: Evidence): Promise<Finding[]> {
  const jobs = await all<JobObject>(evidence, JOBS)
  const pods = await all(evidence, PODS)
  const claims = await all(evidence, PERSISTENT_VOLUME_CLAIMS)
  const uids = new Set(
    (await Promise.all(owners.map(each => all(evidence, each)))).flat().map(each => each.metadata.uid),
  )
  const orphaned = ({ kind, metadata }: KubeObject) => {
    const known = (metadata.ownerReferences ?? []).some(owner => uids.has(owner.uid))
    return known ? [] : [`${kind} ${metadata.namespace}/${metadata.name} belongs to nothing that is there`]
  }
  const interim = claims.filter(each => each.metadata.labels?.[labels.job] === 'interim')
  const ours = pods.filter(each => each.metadata.labels?.[labels.managedBy] === managedBy)
  return [
    { question: 'every Job has an owner', asked: jobs.length, problems: jobs.flatMap(orphaned) },
    { question: 'every pod has an owner', asked: pods.length, problems: pods.flatMap(orphaned) },
    { question: 'nothing runs any more', asked: ours.length, problems: ours.flatMap(running) },
    {
      question: 'no interim volume is left',
      asked: claims.length,
      problems: interim.map(({ metadata }) => `claim ${metadata.namespace}/${metadata.name}`),
    },
    await auditMetrics(evidence),
    auditHooks(evidence),
  ]
}

async function all<T extends KubeObject>({ fleet, ground }: Evidence, resource: Resource): Promise<T[]> {
  const namespaces = fleet.stores.map(store => store.namespace)
  const lists = namespaces.map(namespace => ground.client.list<T>(resource, { namespace }))
  return (await Promise.all(lists)).flatMap(list => list.items)
}

function running({ metadata, status }: KubeObject & { status?: { readonly phase?: string } }): string[] {
  const phase = status?.phase ?? ''
  return ['Succeeded', 'Failed'].includes(phase) ? [] : [`pod ${metadata.namespace}/${metadata.name} is ${phase}`]
}

/** No application stays quiesced: whatever went before a backup was followed by what goes after. */
function auditHooks({ fleet, ground }: Evidence): Finding {
  const asked = fleet.policies.map(({ name }) => ({ name, seen: ground.hooks.seen(`/soak/${name}/`) }))
  const owed = asked.filter(({ seen }) => seen.at(-1) === 'before' || / before before/.test(` ${seen.join(' ')}`))
  const problems = owed.map(({ name, seen }) => `${name}: ${seen.join(' ')}`)
  return { question: 'no hook is owed', asked: asked.reduce((sum, each) => sum + each.seen.length, 0), problems }
}

/** Of a policy that was deleted the Pushgateway knows nothing any more. */
async function auditMetrics({ fleet, ground }: Evidence): Promise<Finding> {
  const text = await ground.world.metrics()
  const left = fleet.policies.filter(policy => policy.leaves === true)
  const problems = left.flatMap(({ name, namespace }) => {
    const series = seriesOf(text, { namespace, invoker_name: name })
    return series.length === 0 ? [] : [`${series.length} series of ${namespace}/${name}`]
  })
  return { question: 'the Pushgateway has forgotten deleted policies', asked: left.length, problems }
}
