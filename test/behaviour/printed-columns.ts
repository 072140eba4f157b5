import type { KubeObject } from '../../runtime/kube/object.js'
import { CUSTOM_RESOURCE_DEFINITIONS, resourceOf } from './kube-resource.js'
import type { World } from './world.js'

interface Definition extends KubeObject {
  readonly spec: {
    readonly versions: readonly {
      readonly additionalPrinterColumns: readonly { readonly name: string; readonly jsonPath: string }[]
    }[]
  }
}

/** What `kubectl get` prints of an object, by the columns that its definition in the cluster has (plain paths only). */
export async function printedColumns(world: World, object: KubeObject): Promise<Record<string, unknown>> {
  const { plural, group } = resourceOf(object)
  const definition = await world.client.get<Definition>(CUSTOM_RESOURCE_DEFINITIONS, `${plural}.${group}`)
  const columns = definition.spec.versions[0]?.additionalPrinterColumns ?? []
  return Object.fromEntries(columns.map(({ name, jsonPath }) => [name, at(object, jsonPath.slice(1).split('.'))]))
}

function at(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  return typeof value === 'object' && value !== null ? at(Reflect.get(value, first), rest) : undefined
}
