import { type Notification, notificationsSchema } from '../../lib/api/notification.js'
import type { NotificationEvent } from '../../lib/notification/event.js'
import type { PolicySummary } from '../../lib/notification/notify-container.js'
import { type SessionSummary, summaryValues } from '../../lib/notification/summary.js'
import { sleep } from '../kube/clock.js'
import { deadline } from './deadline.js'
import type { Ending } from './ending.js'
import { messageOf } from './failure.js'
import type { Flags } from './flags.js'
import { confidential, type OutgoingRequest, outgoingRequest } from './outgoing-request.js'
import type { Pod } from './pod.js'
import { type RequestSecrets, readRequestSecrets } from './request-secrets.js'
import { summaryIn } from './session-summary.js'

/** Longest that a receiver is waited for, each time. */
const answerMilliseconds = 10_000
/** Longest that all tries of a notification take: a backup waits for those of its beginning. */
const patienceMilliseconds = { beginning: 15_000, end: 120_000 }

/** Sends the notifications of one event, all at once, and says which did not arrive. */
export async function notify(flags: Flags, pod: Pod): Promise<Ending> {
  const parsed = notificationsSchema.safeParse(flags.json('notifications'))
  if (!parsed.success) return failed('the notifications cannot be read; synthesize the policy again')
  const event = flags.text('event') as NotificationEvent
  const given = flags.json('session') as PolicySummary & Partial<SessionSummary>
  const summary = summaryIn(pod, given, event)
  const secrets = readRequestSecrets(parsed.data, flags.text('request-secrets'))
  pod.keepSecret(secrets.flatMap(confidential))
  const told = await Promise.all(
    parsed.data.map(async (notification, index) => {
      const own = secrets[index] ?? { url: undefined, headers: [] }
      const problem = await send(notification, own, summary, pod)
      pod.log(`${notification.name}: ${problem === undefined ? `told of ${event}` : problem}`)
      return problem === undefined ? [] : [`${notification.name}: ${pod.redact(problem)}`]
    }),
  )
  const problems = told.flat()
  if (problems.length > 0) return failed(problems.join('; '))
  const names = parsed.data.map(each => each.name).join(', ')
  return { outcome: 'Succeeded', reason: 'NotificationsSent', message: `${names} told of ${event}` }
}

const failed = (message: string): Ending => ({ outcome: 'Failed', reason: 'NotificationFailed', message })

/** Undefined once the receiver has taken it, else what went wrong at last. */
async function send(
  notification: Notification,
  secrets: RequestSecrets,
  summary: SessionSummary,
  pod: Pod,
): Promise<string | undefined> {
  const { clock } = pod.host
  const patience = summary.phase === 'Started' ? patienceMilliseconds.beginning : patienceMilliseconds.end
  const until = clock.now() + patience
  const context = { values: summaryValues(summary), secrets, podAddress: '', otherwise: JSON.stringify(summary) }
  try {
    const request = outgoingRequest(notification, context)
    for (let wait = 1000; ; wait *= 2) {
      const { problem, final } = await once(request, pod)
      if (problem === undefined || final || pod.stop.asked || clock.now() + wait >= until) return problem
      await sleep(clock, wait, pod.stop.signal)
    }
  } catch (error) {
    return messageOf(error)
  }
}

interface Try {
  readonly problem?: string
  /** Nothing would change by asking again. */
  readonly final: boolean
}

async function once({ called, ...request }: OutgoingRequest, pod: Pod): Promise<Try> {
  const limit = deadline(pod.host.clock, answerMilliseconds)
  const signal = AbortSignal.any([pod.stop.signal, limit.signal])
  try {
    const { status } = await pod.host.http({ ...request, signal, statusOnly: true })
    if (status >= 200 && status < 300) return { final: true }
    // A login page or a new address is no receipt; and where it leads may be as secret as the URL itself.
    if (status >= 300 && status < 400)
      return { problem: `${called} answered ${status}, a redirect, which is not followed`, final: true }
    return { problem: `${called} answered ${status}`, final: status < 500 && status !== 429 && status !== 408 }
  } catch (error) {
    const why = limit.signal.aborted ? `no answer within ${answerMilliseconds / 1000}s` : messageOf(error)
    return { problem: `${called}: ${why}`, final: false }
  } finally {
    limit.lift()
  }
}
