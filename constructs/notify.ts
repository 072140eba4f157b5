import { urlToHttpOptions } from 'node:url'
import type { HttpRequestSpec } from '../lib/api/http-action.js'
import type { Notification } from '../lib/api/notification.js'
import type { NotificationEvent } from '../lib/notification/event.js'
import { urlInClear } from '../lib/notification/plain-credential.js'
import { InvalidInputError } from '../lib/problem.js'
import { slackMessage, teamsMessage } from './notify-messages.js'

/** A key of a Secret in the policy’s namespace. */
export interface SecretValue {
  readonly secretName: string
  /** @default url */
  readonly key?: string
}

/** What every notification can say. */
export interface NotifyProps {
  /** Where it goes: a key of a Secret that holds the whole URL, for whoever knows that may call it. */
  readonly url: SecretValue
  /** What conditions, events and logs call it. @default - the kind of receiver */
  readonly name?: string
}

/** A message to people. */
export interface MessageProps extends NotifyProps {
  /** What it is sent at. @default PartiallySucceeded and Failed */
  readonly on?: readonly NotificationEvent[]
}

/** A request to a program. */
export interface WebhookProps extends Omit<NotifyProps, 'url'> {
  /** Where it goes: a key of a Secret that holds the whole URL, or a plain URL that is no credential. */
  readonly url: SecretValue | string
  /** What it is sent at. @default - every end of a session */
  readonly on?: readonly NotificationEvent[]
  /** Body: a JSON value with `$(NAME)` in its texts, or a text. @default - the session’s summary as JSON */
  readonly body?: object | string
  /** Request headers; a credential comes from a Secret. @default - none */
  readonly headers?: Readonly<Record<string, string | SecretValue>>
}

/** A monitor that is alarmed by silence. */
export interface HealthchecksProps extends NotifyProps {
  /** Whether the beginning is told too, so that durations are measured and a run that hangs is seen. @default true */
  readonly start?: boolean
  /** What a backup counts as that could not read every file. @default success */
  readonly partial?: 'success' | 'fail'
}

const ends: readonly NotificationEvent[] = ['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped']

/**
 * Who is told how the sessions of a policy end. `notify: [Notify.slack({ url: { secretName: 'chat' } })]`. Whether it
 * arrives never changes what becomes of a session; a hook is for what must.
 */
export class Notify {
  /** A message in a channel, by an incoming webhook of Slack or of what speaks its language (Mattermost, Rocket.Chat). */
  static slack({ url, name = 'slack', on = ['PartiallySucceeded', 'Failed'] }: MessageProps): Notification[] {
    return [{ name, on: [...on], httpPost: { ...secretPlace(url, name), body: JSON.stringify(slackMessage) } }]
  }

  /** An Adaptive Card, by a Workflows webhook of Microsoft Teams. */
  static teams({ url, name = 'teams', on = ['PartiallySucceeded', 'Failed'] }: MessageProps): Notification[] {
    return [{ name, on: [...on], httpPost: { ...secretPlace(url, name), body: JSON.stringify(teamsMessage) } }]
  }

  /** A POST of the session’s summary, or of a body of one’s own. */
  static webhook({ url, name = 'webhook', on = ends, body, headers = {} }: WebhookProps): Notification[] {
    const httpHeaders = Object.entries(headers).map(([header, value]) =>
      typeof value === 'string' ? { name: header, value } : { name: header, valueFrom: secretOf(value) },
    )
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
    const httpPost = {
      ...placeOf(url, name),
      ...(httpHeaders.length === 0 ? {} : { httpHeaders }),
      ...(text === undefined ? {} : { body: text }),
    }
    return [{ name, on: [...on], httpPost }]
  }

  /**
   * Pings of a check at healthchecks.io, or of what speaks its language: it raises the alarm when no ping comes, which
   * no message from inside a cluster can. Success resets it, `/fail` alarms at once, `/log` (a skipped session) does neither.
   */
  static healthchecks(props: HealthchecksProps): Notification[] {
    const { url, name = 'healthchecks', start = true, partial = 'success' } = props
    const place = secretPlace(url, name)
    const ping = (suffix: string, on: NotificationEvent[], end: string): Notification => {
      // The uid of a session pairs its start with its end.
      const path = `${end}?rid=$(SESSION_UID)`
      return { name: `${name}-${suffix}`, on, httpPost: { ...place, path, body: pingText } }
    }
    const good: NotificationEvent[] = partial === 'success' ? ['Succeeded', 'PartiallySucceeded'] : ['Succeeded']
    return [
      ...(start ? [ping('start', ['Started'], '/start')].map(withoutEnd) : []),
      ping('success', good, ''),
      ping('fail', partial === 'success' ? ['Failed'] : ['PartiallySucceeded', 'Failed'], '/fail'),
      ping('log', ['Skipped'], '/log'),
    ]
  }
}

const pingText =
  '$(SESSION_KIND) $(NAMESPACE)/$(SESSION) $(PHASE): $(REASON)\n$(MESSAGE)\nbytes added: $(BYTES_ADDED), took $(DURATION)'
const startText = '$(SESSION_KIND) $(NAMESPACE)/$(SESSION) $(PHASE), attempt $(ATTEMPT)'

function withoutEnd(start: Notification): Notification {
  return start.httpPost === undefined ? start : { ...start, httpPost: { ...start.httpPost, body: startText } }
}

const secretOf = ({ secretName, key = 'url' }: SecretValue) => ({ secretKeyRef: { name: secretName, key } })

type Place = Pick<HttpRequestSpec, 'urlFrom'> | Required<Pick<HttpRequestSpec, 'scheme' | 'host' | 'port' | 'path'>>

const refused = (name: string, message: string) =>
  new InvalidInputError([{ code: 'HF2007', object: `notification ${name}`, path: 'url', message }])

/** TypeScript takes no other; a program without types must not write the credential into git either. */
function secretPlace(url: SecretValue | string, name: string): Pick<HttpRequestSpec, 'urlFrom'> {
  if (typeof url === 'string') throw refused(name, urlInClear)
  return { urlFrom: secretOf(url) }
}

function placeOf(url: SecretValue | string, name: string): Place {
  if (typeof url !== 'string') return { urlFrom: secretOf(url) }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol))
    throw refused(name, 'is no URL of HTTP; expected http://host:port/path, or a Secret: { secretName, key }')
  if (parsed.username !== '' || parsed.password !== '')
    throw refused(name, 'holds a credential; put the whole URL into a Secret and name that: { secretName, key }')
  const secure = parsed.protocol === 'https:'
  const port = parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port)
  // A URL writes an IPv6 address in brackets, a connection takes it without.
  const { hostname, path } = urlToHttpOptions(parsed)
  return { scheme: secure ? 'HTTPS' : 'HTTP', host: hostname ?? '', port, path: path ?? '/' }
}
