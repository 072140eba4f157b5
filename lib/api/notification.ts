import { z } from 'zod'
import { notificationEvents } from '../notification/event.js'
import { rule } from '../schema/rule.js'
import { httpGet, httpPost } from './http-action.js'
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
      httpGet: httpGet.optional().describe('Sends a request without a body. Good is a status from 200 to 399.'),
      httpPost: httpPost
        .optional()
        .describe('Sends a body, a form, or without either the summary as JSON. Good is a status from 200 to 399.'),
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

/** The notifications of a policy: what they say and whether they arrive never changes what becomes of a session. */
export const notificationsSchema = rule(z.array(notification).max(16), {
  cel: 'self.all(one, self.exists_one(other, other.name == one.name))',
  message: 'two notifications have the same name; conditions and events could not tell them apart',
  code: 'HF2007',
  check: list => new Set(list.map(each => each.name)).size === list.length,
})

export type Notification = z.infer<typeof notification>
