import type { EnvVar } from './pod.js'

// What makes Node or the loader run other code than the image’s, or write elsewhere; empty, they mean nothing.
const pinned = [
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE', 'NODE_REDIRECT_WARNINGS', 'NODE_ICU_DATA'],
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GCONV_PATH', 'GLIBC_TUNABLES'],
  ...['OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES', 'HOLDFAST_API_URL'],
]
// What the image and Holdfast itself say. They stand in a container only where a ConfigMap or Secret could say otherwise.
const own: readonly EnvVar[] = [
  { name: 'PATH', value: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  { name: 'HOLDFAST_TERMINATION_LOG', value: '/dev/termination-log' },
]
const foreign = new Set([...pinned, ...own.map(({ name }) => name)])

/**
 * The environment of a container that runs Holdfast’s own program: nothing that a policy adds makes it run other code
 * or report elsewhere, and the first `HOLDFAST_MESSAGE_BUDGET`, the resolver’s, is the only one. `envFrom` is the
 * container’s: what stands in its ConfigMaps and Secrets nobody knows, but a variable given here wins over it
 * (core/v1 Container).
 */
export function guardedEnvironment(env: readonly EnvVar[], envFrom: readonly unknown[] = []): EnvVar[] {
  const budget = env.findIndex(({ name }) => name === 'HOLDFAST_MESSAGE_BUDGET')
  const kept = env.filter(({ name }, index) => {
    return !foreign.has(name) && (name !== 'HOLDFAST_MESSAGE_BUDGET' || index === budget)
  })
  return [...pinned.map(name => ({ name, value: '' })), ...(envFrom.length === 0 ? [] : own), ...kept]
}
