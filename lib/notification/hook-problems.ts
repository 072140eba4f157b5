import type { HttpPostSpec, HttpRequestSpec } from '../api/http-action.js'
import type { Notification } from '../api/notification.js'
import { longestArgument, utf8Bytes } from '../argument-size.js'
import type { Problem } from '../problem.js'
import { endVariables } from './summary.js'
import { isMeantAsJson, jsonProblem, unknownVariable, variablesOf } from './template.js'

type RequestSpec = HttpRequestSpec | HttpPostSpec
interface Action {
  readonly httpGet?: HttpRequestSpec | undefined
  readonly httpPost?: HttpPostSpec | undefined
}

/** The hooks of a backup or of a restore. */
export interface AnyHooks {
  readonly preBackup?: Action | undefined
  readonly postBackup?: Action | undefined
  readonly preRestore?: Action | undefined
  readonly postRestore?: Action | undefined
  readonly notifications?: readonly Notification[] | undefined
}

/** Every request of hooks and notifications. */
export function requestsOf(hooks: AnyHooks | undefined): Action[] {
  const { notifications = [], ...named } = hooks ?? {}
  return [...Object.values(named).flatMap(hook => hook ?? []), ...notifications]
}

/**
 * What is wrong with the templates of hooks and notifications: unknown variables, ones that nobody knows yet when the
 * request is sent, and bodies that begin like JSON and are none. The compiler writes no policy that has any, and the
 * controller says the same of one that was written by hand.
 */
export const hookProblems = (hooks: AnyHooks | undefined, object: string): Problem[] => [
  ...ownHookProblems(hooks, object),
  ...notificationProblems(hooks, object),
]

/** Those of the hooks: no session runs with one, for a hook is what a backup or restore depends on. */
export function ownHookProblems(hooks: AnyHooks | undefined, object: string): Problem[] {
  const { notifications: _told, ...named } = hooks ?? {}
  return Object.entries(named).flatMap(([type, hook]) =>
    hook === undefined
      ? []
      : [
          ...sizeProblems(hook, `spec.hooks.${type}`, object),
          ...actionProblems(hook, `spec.hooks.${type}`, type.startsWith('pre'), object),
        ],
  )
}

/** How a hook reaches its container. */
export const hookArgument = (hook: Action): string => `--hook=${JSON.stringify(hook)}`

// A container with a longer one is never started, and says so in the kernel’s words.
function sizeProblems(hook: Action, path: string, object: string): Problem[] {
  const size = utf8Bytes(hookArgument(hook))
  if (size <= longestArgument) return []
  const message = `has ${size} bytes as JSON, and must fit into one argument of a container, which is at most ${longestArgument} bytes on Linux; shorten its command, body, form or headers`
  return [{ code: 'HF2007', object, path, message }]
}

/** Those of the notifications: sessions run all the same, for a typing error in a message must not cost a backup. */
export const notificationProblems = (hooks: AnyHooks | undefined, object: string): Problem[] =>
  (hooks?.notifications ?? []).flatMap((action, index) => {
    const early = action.on.every(event => event === 'Started')
    return actionProblems(action, `spec.hooks.notifications[${index}]`, early, object)
  })

function actionProblems({ httpGet, httpPost }: Action, path: string, early: boolean, object: string): Problem[] {
  const texts = [
    ...(httpGet === undefined ? [] : textsOf(httpGet, `${path}.httpGet`)),
    ...(httpPost === undefined ? [] : textsOf(httpPost, `${path}.httpPost`)),
  ]
  const problems = texts.flatMap(({ text, at }) =>
    [...new Set(variablesOf(text))].flatMap((name): Problem[] => {
      const unknown = unknownVariable(name)
      if (unknown !== undefined) return [{ code: 'HF2002', object, path: at, message: unknown }]
      if (!early || !endVariables.some(each => each === name)) return []
      const message = `$(${name}) is known only when the session ends, and this is sent at its beginning`
      return [{ code: 'HF2002', object, path: at, message }]
    }),
  )
  const { body } = httpPost ?? {}
  const wrong = body === undefined ? undefined : bodyProblem(body)
  return wrong === undefined
    ? problems
    : [...problems, { code: 'HF2007', object, path: `${path}.httpPost.body`, message: wrong }]
}

function textsOf(request: RequestSpec, path: string): { readonly text: string; readonly at: string }[] {
  const { path: url, httpHeaders = [] } = request
  const { body, form = [] }: HttpPostSpec = request
  return [
    ...(url === undefined ? [] : [{ text: url, at: `${path}.path` }]),
    ...httpHeaders.map(({ value = '' }, index) => ({ text: value, at: `${path}.httpHeaders[${index}].value` })),
    ...(body === undefined ? [] : [{ text: body, at: `${path}.body` }]),
    ...form.map(({ values }, index) => ({ text: values.join('\n'), at: `${path}.form[${index}].values` })),
  ]
}

function bodyProblem(body: string): string | undefined {
  if (!isMeantAsJson(body) || variablesOf(body).length === 0) return undefined
  const problem = jsonProblem(body)
  if (problem !== undefined) {
    return `begins as JSON and is none (${problem}); put every $(NAME) into quotes, or begin a plain text with another character`
  }
  const key = keysOf(JSON.parse(body)).find(each => variablesOf(each).length > 0)
  return key === undefined ? undefined : `'${key}' names a field; a variable can only be a part of a value`
}

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(keysOf)]
}
