import { z } from 'zod'
import { durationPattern, tryParseDuration } from '../duration.js'
import { quantityPattern } from '../quantity.js'
import { rule } from '../schema/rule.js'

/** A DNS-1123 label: what Kubernetes wants of namespaces and of most names. */
export const dnsLabel = () =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)

/** A DNS-1123 subdomain: what Kubernetes wants of object names. */
export const dnsName = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)

// A part of a path that is neither `.` nor `..`; RE2 has no look-ahead to say so in fewer words.
const any = '[^/\\x00-\\x1f\\x7f]'
const notDot = '[^/.\\x00-\\x1f\\x7f]'
const part = `(${notDot}${any}*|\\.${notDot}${any}*|\\.\\.${any}+)`
const absolute = new RegExp(`^(/|(/${part})+)$`)
const relative = new RegExp(`^${part}(/${part})*$`)

/** An absolute path without `.` or `..`, control characters or a trailing slash. */
export const absolutePath = () => z.string().min(1).max(1024).regex(absolute)

/** A path below a root, without a leading slash, `.` or `..`. */
export const relativePath = () => z.string().min(1).max(1024).regex(relative)

/** One line of text: no control characters. */
export const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\x00-\x1f\x7f]*$/)

/** One line that is not empty. */
export const word = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\x00-\x1f\x7f]+$/)

/** Lines of text: no control characters besides what ends lines and indents them. */
export const lines = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/)

/** A Go duration of at most a year: Kubernetes counts a pod’s deadline in 32 bits of seconds. */
export const duration = () =>
  rule(z.string().max(32).regex(new RegExp(durationPattern)), {
    cel: "duration(self) <= duration('8760h')",
    message: 'a duration is at most 8760h (a year)',
    code: 'HF1002',
    check: value => (tryParseDuration(value) ?? 0) <= longestDuration,
  })
const longestDuration = 8760 * 3_600_000

/** How long something lasted, as a Go duration: a status must be able to say whatever happened. */
export const elapsed = () => z.string().max(32).regex(new RegExp(durationPattern))

export const quantity = () => z.string().max(64).regex(new RegExp(quantityPattern))
export const timestamp = () => z.string().max(64)
export const int32 = (min: number, max = 2147483647) => z.int32().min(min).max(max)
export const bytes = () => z.int().min(0)

/** An object of the Kubernetes core API that is passed on as it is: its own API server validates it. */
export const coreObject = () => z.looseObject({})
