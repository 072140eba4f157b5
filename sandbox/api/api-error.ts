import type { Fields } from './object.js'
import type { Resource } from './resource.js'

/** One field that is wrong, as `details.causes` of a Kubernetes `Status` lists it. */
export interface Cause {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | CauseOfSize
  readonly message: string
  readonly field: string
}

type CauseOfSize =
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'

/** An answer other than success, in the words of Kubernetes' own API server (`metav1.Status`). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number
  readonly reason: string
  readonly details: Fields | undefined

  constructor(code: number, reason: string, message: string, details?: Fields) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }

  status(): Fields {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

/** `pods`, `jobs.batch`: how Kubernetes names a resource in its messages. */
export function qualified(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

function details(resource: Resource, name: string): Fields {
  return { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural }
}

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, details(resource, name))
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, details(resource, name))
}

export function conflict(resource: Resource, name: string, why = modified): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`
  return new ApiError(409, 'Conflict', message, details(resource, name))
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again'

export function forbidden(resource: Resource, name: string, why: string): ApiError {
  const message = `${qualified(resource)} "${name}" is forbidden: ${why}`
  return new ApiError(403, 'Forbidden', message, details(resource, name))
}

export function invalid(resource: Resource, name: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map(cause => (cause.field === '' ? cause.message : `${cause.field}: ${cause.message}`))
  const list = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.kind,
    causes,
  })
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

/** HTTP 410: the revision that was asked for is no longer kept. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message)
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
}

export function unsupportedMediaType(received: string, supported: string): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${supported} (received ${received})`
  return new ApiError(415, 'UnsupportedMediaType', message)
}

/** Nothing is guessed: what the sandbox does not do is answered with 501. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, 'NotImplemented', `the sandbox does not implement ${what}`)
}

export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource')
}
