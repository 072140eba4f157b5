/** An answer of the API server that says no. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status code. */
  readonly status: number
  /** `Status.reason` of the Kubernetes API: `NotFound`, `Conflict`, `AlreadyExists`, `Expired` … */
  readonly reason: string
  /** How long the server asks to wait before the next try. */
  readonly retryAfterSeconds?: number

  constructor(status: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message)
    this.status = status
    this.reason = reason
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The fields of a Kubernetes `Status` object that say what went wrong. */
interface StatusBody {
  readonly code?: number
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly retryAfterSeconds?: number }
}

/** Builds the error for one refused call. `call` names it (`GET /api/v1/pods`); the body may be anything. */
export function apiErrorFrom(call: string, status: number, body: string, retryAfter?: string): ApiError {
  const said = parseStatus(body)
  const reason = said.reason || `HTTP${status}`
  const seconds = Number(retryAfter ?? said.details?.retryAfterSeconds)
  const message = `${call}: ${status} ${reason}: ${said.message || body.slice(0, 200) || 'no message'}`
  return new ApiError(status, reason, message, seconds > 0 ? seconds : undefined)
}

/** Builds the error for a `Status` object that arrived inside a watch. */
export function apiErrorFromStatus(call: string, status: unknown): ApiError {
  const body = JSON.stringify(status ?? {})
  return apiErrorFrom(call, parseStatus(body).code ?? 500, body)
}

function parseStatus(body: string): StatusBody {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    // Proxies answer in HTML or plain text; the caller then quotes the text itself.
    return {}
  }
}

/** 404: the object, or its kind, does not exist. */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404
}

/** 409 because the resourceVersion or uid sent is not the current one. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason !== 'AlreadyExists'
}

/** 409 because an object of this name is there already. */
export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason === 'AlreadyExists'
}

/** 410: the resourceVersion or continue token is too old; list again. */
export function isExpired(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 410
}

const CONNECTION_ERRORS = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'])

/** The connection failed, so nobody knows whether the server acted. */
export function isConnectionError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'code' in error && CONNECTION_ERRORS.has(String(error.code))
}
