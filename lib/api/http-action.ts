import { z } from 'zod'
import { rule } from '../schema/rule.js'
import { dnsName, int32, line, lines, word } from './text.js'

const secretKey = z.strictObject({
  secretKeyRef: z
    .strictObject({
      name: dnsName().describe('Name of the Secret, in the session’s namespace.'),
      key: z
        .string()
        .min(1)
        .max(253)
        .regex(/^[-._a-zA-Z0-9]+$/)
        .describe('Its key.'),
    })
    .describe('A key of a Secret.'),
})
const header = rule(
  z.strictObject({
    name: word(256).describe('Header.'),
    value: line(4096).optional().describe('Its value.'),
    valueFrom: secretKey.optional().describe('Where its value comes from, when it is a credential.'),
  }),
  {
    cel: 'has(self.value) != has(self.valueFrom)',
    message: 'a header is exactly one of value, valueFrom',
    code: 'HF2007',
    check: ({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined),
  },
)
/** Where a hook’s connection goes. */
export const address = {
  host: line(253).optional().describe('Host. Default: the pod’s own address.'),
  port: int32(1, 65535).describe('Port.'),
}
const request = {
  ...address,
  port: address.port.optional(),
  path: line(2048).optional().describe('Path and query. Default: `/`; with `urlFrom` it is put behind the URL’s own.'),
  scheme: z.enum(['HTTP', 'HTTPS']).optional().describe('Default: HTTP.'),
  urlFrom: secretKey
    .optional()
    .describe('Where the whole URL comes from, when it is a credential, as chat hooks’ are.'),
  httpHeaders: z.array(header).max(16).optional().describe('Request headers.'),
}
interface Placed {
  readonly host?: unknown
  readonly port?: unknown
  readonly scheme?: unknown
  readonly urlFrom?: unknown
}
const placed = {
  cel: 'has(self.urlFrom) ? !has(self.host) && !has(self.port) && !has(self.scheme) : has(self.port)',
  message: 'a request has a port (and host, scheme), or urlFrom in place of all three',
  code: 'HF2007' as const,
  check: ({ host, port, scheme, urlFrom }: Placed) =>
    urlFrom === undefined ? port !== undefined : [host, port, scheme].every(field => field === undefined),
}

export const httpGet = rule(z.strictObject(request), placed)
const post = (text: (max: number) => z.ZodString) =>
  rule(
    rule(
      z.strictObject({
        ...request,
        body: text(16384)
          .optional()
          .describe('Body. `$(NAME)` stands for a value of the session’s summary, escaped where the body is JSON.'),
        form: z
          .array(
            z.strictObject({
              key: word(256).describe('Field.'),
              values: z.array(text(4096)).max(16).describe('Its values.'),
            }),
          )
          .max(16)
          .optional()
          .describe('Body as a form.'),
      }),
      {
        cel: '!(has(self.body) && has(self.form))',
        message: 'a request has a body or a form, not both',
        code: 'HF2007',
        check: value => value.body === undefined || value.form === undefined,
      },
    ),
    placed,
  )

export const httpPost = post(max => z.string().max(max))
/** The same without control characters in its body, so that JSON at most doubles its length. */
export const notificationPost = post(lines)

export type HttpRequestSpec = z.infer<typeof httpGet>
export type HttpPostSpec = z.infer<typeof httpPost>
export type SecretKey = z.infer<typeof secretKey>['secretKeyRef']
