import { canonicalJson } from '../../../lib/digest.js'
import type { KubeClient } from '../../kube/client.js'
import type { Caches } from '../caches.js'
import { REPOSITORIES, type RepositoryObject, rfc3339 } from '../objects.js'
import type { RepositoryFacts } from '../session/observed.js'
import { reachability, withObservations } from './status.js'

interface Parts {
  readonly client: KubeClient
  readonly caches: Caches
  readonly now: () => Date
}

/**
 * Records what a session’s report says of its Repository. The id is set once: from then on another id is a
 * replaced repository, and none a vanished one, and neither is ever made anew.
 */
export async function learn(
  seen: RepositoryObject,
  { report, stored }: RepositoryFacts,
  { client, caches, now }: Parts,
): Promise<void> {
  const { name, namespace } = seen.metadata
  const repository = caches.repositories.get(name, namespace) ?? seen
  const at = rfc3339(now())
  const { id, format } = report.repository ?? {}
  const status = repository.status ?? {}
  const trusted = report.reason !== 'RepositoryReplaced'
  const next = withObservations(
    repository,
    {
      ...status,
      ...(status.id === undefined && id !== undefined && trusted ? { id } : {}),
      ...(format === undefined || !trusted ? {} : { format }),
      ...(stored ? { firstBackupTime: status.firstBackupTime ?? at, lastBackupTime: at } : {}),
    },
    reachability(report),
    now(),
  )
  if (canonicalJson(next) === canonicalJson(status)) return
  caches.repositories.observe(await client.replaceStatus(REPOSITORIES, { ...repository, status: next }))
}
