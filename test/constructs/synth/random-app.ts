import { ApiObject, App, Chart, JsonPatch, Lazy, type YamlOutputType } from 'cdk8s'
import { Construct, type IConstruct } from 'constructs'
import * as fc from 'fast-check'

/** A construct tree as a list: each entry hangs below an earlier one. */
export interface RandomApp {
  readonly nodes: readonly {
    readonly kind: 'chart' | 'group' | 'object'
    readonly below: number
    readonly id: string
    readonly spec: unknown
  }[]
  readonly dependencies: readonly (readonly [number, number])[]
}

const token = (value: unknown) => Lazy.any({ produce: () => value })
const leaf = fc.oneof(
  // Texts that only one of the two writes so that every reader understands them are another test’s matter.
  fc.stringMatching(/^[a-z][A-Za-z :#-]{0,10}$/),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constantFrom('yes', '0777', '1e3', '2026-01-01', ' pad ', 'a: b', '# c', 'two\nlines\n', '- x'),
)
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_./-]{0,7}$/), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    tie('value').map(token),
    tie('value').map(inner => ({ resolve: () => inner })),
    fc.constantFrom('8080', 'http', 80).map(port => new Union(port)),
  ),
}))

class Union {
  constructor(readonly value: string | number) {}
}

/** Trees of charts (also nested ones), groups and objects, with dependencies anywhere. */
export const randomApp: fc.Arbitrary<RandomApp> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('chart' as const, 'group' as const, 'object' as const, 'object' as const),
      below: fc.nat(),
      id: fc.constantFrom('a', 'b', 'c', 'Default', 'x_y', '7', '12', 'Ünï', 'Resource'),
      spec: value,
    }),
    { minLength: 1, maxLength: 14 },
  )
  .chain(nodes =>
    fc.record({
      nodes: fc.constant(nodes),
      dependencies: fc.array(fc.tuple(fc.nat(nodes.length), fc.nat(nodes.length)), { maxLength: 5 }),
    }),
  )

/** Builds the app; entries that cdk8s does not take are left out, in every build alike. */
export function build({ nodes, dependencies }: RandomApp, outdir: string, type: YamlOutputType): App {
  const app = new App({ outdir, yamlOutputType: type })
  const made: IConstruct[] = [app]
  for (const { kind, below, id, spec } of nodes) {
    const scope = made[below % made.length] ?? app
    if (scope.node.tryFindChild(id) !== undefined) continue
    const construct = make(kind, scope, id, spec)
    if (construct !== undefined) made.push(construct)
  }
  for (const [source, target] of dependencies) {
    const [from, to] = [made[source % made.length], made[target % made.length]]
    // cdk8s loses an object that depends on itself; we refuse it.
    if (from !== undefined && to !== undefined && from !== to) from.node.addDependency(to)
  }
  return app
}

function make(kind: string, scope: IConstruct, id: string, spec: unknown): IConstruct | undefined {
  if (kind === 'chart') return new Chart(scope as Construct, id, { namespace: 'shop', labels: { team: 'a' } })
  if (kind === 'group') return new Construct(scope as Construct, id)
  if (!scope.node.scopes.some(Chart.isChart)) return undefined
  const object = new ApiObject(scope as Construct, id, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { annotations: { late: token('x') as unknown as string } },
    spec,
  })
  if (id === 'b') object.addJsonPatch(JsonPatch.add('/patched', { by: id, list: [1, 2] }))
  return object
}
