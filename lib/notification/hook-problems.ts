import type { HttpPostSpec, HttpRequestSpec } from '../api/http-action.js'
import type { Notification } from '../api/notification.js'
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

/**
 * What is wrong with the templates of hooks and notifications: unknown variables, ones that nobody knows yet when the
 * request is sent, and bodies that begin like JSON and are none. Said when a policy is compiled; at run time a template
 * is sent as it is, since a typing error must not cost a backup.
 */
export function hookProblems(hooks: AnyHooks | undefined, object: string): Problem[] {
  if (hooks === undefined) return []
  const { notifications = [], ...named } = hooks
  const single = Object.entries(named).flatMap(([type, hook]) =>
    hook === undefined ? [] : [{ path: `spec.hooks.${type}`, action: hook, early: type.startsWith('pre') }],
  )
  const listed = notifications.map((action, index) => {
    const early = action.on.every(event => event === 'Started')
    return { path: `spec.hooks.notifications[${index}]`, action, early }
  })
  return [...single, ...listed].flatMap(each => actionProblems(each.action, each.path, each.early, object))
}

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
