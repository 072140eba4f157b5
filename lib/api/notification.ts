import { z } from 'zod'
import { notificationEvents } from '../notification/event.js'
import { mostNotificationBytes, notificationBytes, notificationBytesCel } from '../notification/notification-size.js'
import { rule } from '../schema/rule.js'
import { httpGet, notificationPost } from './http-action.js'
import { dnsLabel } from './text.js'

const oneAction = {
  cel: 'has(self.httpGet) != has(self.httpPost)',
  message: 'a notification is exactly one of httpGet, httpPost',
  code: 'HF2007' as const,
  check: (value: { readonly httpGet?: unknown; readonly httpPost?: unknown }) =>
    (value.httpGet === undefined) !== (value.httpPost === undefined),
}
const somewhere = (action: string) =>
  `(!has(self.${action}) || has(self.${action}.host) || has(self.${action}.urlFrom))`
const notification = rule(
  rule(
    z.strictObject({
      name: dnsLabel().describe('What conditions, events and logs call it: `slack`.'),
      on: z
        .array(z.enum(notificationEvents))
        .min(1)
        .max(5)
        .describe('What it is sent at: the session’s phases, Started.'),
      httpGet: httpGet.optional().describe('Sends a request without a body. Good is a status from 200 to 299.'),
      httpPost: notificationPost
        .optional()
        .describe('Sends a body, a form, or without either the summary as JSON. Good is a status from 200 to 299.'),
    }),
    oneAction,
  ),
  {
    cel: `${somewhere('httpGet')} && ${somewhere('httpPost')}`,
    message: 'a notification needs a host or urlFrom: the pod that sends it listens to nothing',
    code: 'HF2007',
    check: ({ httpGet: get, httpPost: post }) =>
      [get, post].every(to => to === undefined || to.host !== undefined || to.urlFrom !== undefined),
  },
)

const unique = {
  cel: 'self.all(one, self.exists_one(other, other.name == one.name))',
  message: 'two notifications have the same name; conditions and events could not tell them apart',
  code: 'HF2007' as const,
  check: (list: readonly { readonly name: string }[]) => new Set(list.map(each => each.name)).size === list.length,
}
const fits = {
  cel: `${notificationBytesCel} <= ${mostNotificationBytes}`,
  message: `the notifications have more than ${mostNotificationBytes} bytes of text together, which may not fit into an argument of their container; shorten bodies and forms`,
  code: 'HF2007' as const,
  check: (list: readonly z.output<typeof notification>[]) => notificationBytes(list) <= mostNotificationBytes,
  received: (list: readonly z.output<typeof notification>[]) => `got ${notificationBytes(list)} bytes`,
}

/** The notifications of a policy: what they say and whether they arrive never changes what becomes of a session. */
export const notificationsSchema = rule(rule(z.array(notification).max(16), unique), fits)

export type Notification = z.infer<typeof notification>
