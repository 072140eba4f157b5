import type { HttpPostSpec, HttpRequestSpec } from '../api/http-action.js'
import type { Problem } from '../problem.js'
import { type AnyHooks, hookProblems } from './hook-problems.js'

/** Receivers whose whole address is the permission to call them: chats, monitors, automations. */
const bearers: readonly { readonly host: RegExp; readonly path?: RegExp }[] = [
  { host: /^hooks\.slack(-gov)?\.com$/ },
  { host: /\.webhook\.office\.com$|\.logic\.azure\.com$|\.api\.powerplatform\.com$/ },
  { host: /^outlook\.office(365)?\.com$/, path: /^\/webhook/ },
  { host: /^(canary\.|ptb\.)?discord(app)?\.com$/, path: /^\/api\/webhooks/ },
  { host: /^chat\.googleapis\.com$|^api\.telegram\.org$|^hooks\.zapier\.com$|^maker\.ifttt\.com$/ },
  {
    host: /^hc-ping\.com$|^hchk\.io$|(^|\.)healthchecks\.io$|^nosnch\.in$|^cronitor\.link$|^uptime\.betterstack\.com$/,
  },
]
const parameters = /[?&](sig|signature|secret|password|passwd|token|[a-z]+[-_]token|api[-_]?key)=[^&]/i
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i
const headerNames = /^((proxy-)?authorization|cookie|([a-z]+-)*(api-?key|token|secret|password))$/i

/** What is wrong with hooks and notifications as somebody wrote them, credentials in clear included. */
export const writtenHookProblems = (hooks: AnyHooks | undefined, object: string): Problem[] => [
  ...hookProblems(hooks, object),
  ...plainCredentials(hooks, object),
]

/**
 * Hooks and notifications that hold a credential in clear: in git, whoever reads the repository could speak for the
 * policy. Only the compiler and `holdfast check` say it, for what runs already must go on. The credential is not repeated.
 */
export function plainCredentials(hooks: AnyHooks | undefined, object: string): Problem[] {
  const { notifications = [], ...named } = hooks ?? {}
  const actions = [
    ...Object.entries(named).map(([type, action]) => ({ at: `spec.hooks.${type}`, action })),
    ...notifications.map((action, index) => ({ at: `spec.hooks.notifications[${index}]`, action })),
  ]
  return actions.flatMap(({ at, action }) => [
    ...requestProblems(action?.httpGet, `${at}.httpGet`, object),
    ...requestProblems(action?.httpPost, `${at}.httpPost`, object),
  ])
}

function requestProblems(request: HttpRequestSpec | HttpPostSpec | undefined, at: string, object: string): Problem[] {
  if (request === undefined) return []
  const { host = '', path = '', httpHeaders = [], urlFrom } = request
  const problem = (field: string, message: string): Problem => ({
    code: 'HF2007',
    object,
    path: `${at}.${field}`,
    message,
  })
  const isPlain = urlFrom === undefined && isCredential(host, path.replace(/\$\([A-Z_]*\)/g, ''))
  return [
    ...(isPlain ? [problem('host', urlInClear)] : []),
    ...httpHeaders.flatMap(({ name, value }, index) =>
      value !== undefined && headerNames.test(name)
        ? [problem(`httpHeaders[${index}].value`, `the value of ${name} is a credential; ${inSecret('valueFrom')}`)]
        : [],
    ),
  ]
}

const inSecret = (field: string) =>
  `put it into a Secret of the policy’s namespace and name that: ${field}: { secretKeyRef: { name, key } }, in Notify { secretName, key }`

/** What is wrong with a URL that lets everybody call its receiver. */
export const urlInClear = `whoever knows this URL may call its receiver, so it is a credential; ${inSecret('urlFrom')}`

function isCredential(host: string, path: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const isKnown = bearers.some(each => each.host.test(name) && (each.path?.test(path) ?? true))
  return isKnown || parameters.test(path) || uuid.test(path)
}
