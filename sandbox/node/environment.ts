import { allContainers, type Container, type EnvVar, type KeyRef, type Pod } from '../api/kinds.js'
import { fieldsOf } from '../api/object.js'
import type { Store } from '../api/store.js'
import { expand } from './expansion.js'
import { fieldValue, resourceValue } from './field-reference.js'

/** A container cannot be made as its pod describes it; the kubelet waits and tries again. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError'
}

export type Environment = Record<string, string>

/**
 * The variables of a container, in the kubelet's order: services, then envFrom, then env, where each value may
 * name what came before it. Throws ContainerConfigError for a missing Secret, ConfigMap or key that is not optional.
 */
export function environmentOf(store: Store, pod: Pod, container: Container, services: Environment): Environment {
  const own: Environment = {}
  for (const source of container.envFrom ?? []) {
    const secret = source.secretRef !== undefined
    const reference = source.secretRef ?? source.configMapRef
    if (reference === undefined) continue
    const entries = entriesOf(store, pod, secret, reference.name, reference.optional)
    for (const [key, value] of Object.entries(entries ?? {})) own[`${source.prefix ?? ''}${key}`] = value
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(store, pod, container, variable, { ...services, ...own })
    if (value !== undefined) own[variable.name] = value
  }
  return { ...services, ...own }
}

function variableValue(
  store: Store,
  pod: Pod,
  container: Container,
  variable: EnvVar,
  known: Environment,
): string | undefined {
  const { value, valueFrom } = variable
  if (value !== undefined && value !== '') return expand(value, known)
  if (valueFrom?.secretKeyRef !== undefined) return keyValue(store, pod, true, valueFrom.secretKeyRef)
  if (valueFrom?.configMapKeyRef !== undefined) return keyValue(store, pod, false, valueFrom.configMapKeyRef)
  if (valueFrom?.fieldRef !== undefined) return fieldValue(pod, valueFrom.fieldRef.fieldPath)
  if (valueFrom?.resourceFieldRef !== undefined) {
    const { resource, containerName, divisor } = valueFrom.resourceFieldRef
    const named = allContainers(pod.spec).find(one => one.name === containerName) ?? container
    return resourceValue(named, resource, divisor)
  }
  return ''
}

function keyValue(store: Store, pod: Pod, secret: boolean, reference: KeyRef): string | undefined {
  const { name, key, optional } = reference
  const entries = entriesOf(store, pod, secret, name, optional)
  const value = entries?.[key]
  if (value !== undefined || optional === true) return value
  const kind = secret ? 'Secret' : 'ConfigMap'
  throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`)
}

function entriesOf(
  store: Store,
  pod: Pod,
  secret: boolean,
  name: string,
  optional: boolean | undefined,
): Environment | undefined {
  const object = store.get(secret ? 'secrets' : 'configmaps', pod.metadata.namespace, name)
  if (object === undefined) {
    if (optional === true) return undefined
    throw new ContainerConfigError(`${secret ? 'secret' : 'configmap'} "${name}" not found`)
  }
  const data = Object.entries(fieldsOf(object, 'data')).map(([key, value]) => {
    return [key, secret ? Buffer.from(String(value), 'base64').toString('utf8') : String(value)]
  })
  return Object.fromEntries(data)
}
