import type { HttpPostSpec, HttpRequestSpec, SecretKey } from '../api/http-action.js'
import type { EnvVar } from '../pod.js'

type RequestSpec = HttpRequestSpec | HttpPostSpec
interface Action {
  readonly httpGet?: HttpRequestSpec | undefined
  readonly httpPost?: HttpPostSpec | undefined
}

/** The credentials of a request as its container has them. */
export interface RequestSecrets {
  /** Undefined when the request names none, or the Secret has no such key. */
  readonly url: string | undefined
  /** Of each header with `valueFrom`, in order. */
  readonly headers: readonly (string | undefined)[]
}

const requestOf = ({ httpGet, httpPost }: Action): RequestSpec | undefined => httpGet ?? httpPost

function keysOf(action: Action): SecretKey[] {
  const { urlFrom, httpHeaders } = requestOf(action) ?? {}
  const headers = (httpHeaders ?? []).flatMap(each => each.valueFrom?.secretKeyRef ?? [])
  return [...(urlFrom === undefined ? [] : [urlFrom.secretKeyRef]), ...headers]
}

const variable = (index: number): string => `HOLDFAST_REQUEST_SECRET_${index}`

/**
 * Environment of a container that sends these requests: it is the only place where their credentials are. A Secret
 * that is missing must not keep the pod from starting; the request says so.
 */
export function secretEnvironment(actions: readonly Action[]): EnvVar[] {
  return actions.flatMap(keysOf).map(({ name, key }, index) => {
    return { name: variable(index), valueFrom: { secretKeyRef: { name, key, optional: true } } }
  })
}

/** The credentials of each of the requests that `secretEnvironment` was made for, in the same order. */
export function requestSecrets(
  actions: readonly Action[],
  env: Readonly<Record<string, string | undefined>>,
): RequestSecrets[] {
  let next = 0
  return actions.map(action => {
    const { urlFrom, httpHeaders } = requestOf(action) ?? {}
    const take = () => {
      const value = env[variable(next)]?.trim()
      next += 1
      return value === '' ? undefined : value
    }
    return {
      url: urlFrom === undefined ? undefined : take(),
      headers: (httpHeaders ?? []).filter(each => each.valueFrom !== undefined).map(take),
    }
  })
}
