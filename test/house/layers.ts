import type { Import, SourceFile } from './source-file.js'

/** One rule of the house. Names that end in a slash are folders of ours, others are packages or node: modules. */
export interface Layer {
  readonly layer: string
  /** Folders below the layer that the rule leaves out. */
  readonly exceptIn?: readonly string[]
  readonly mayNotImport: readonly string[]
  readonly butMay?: readonly string[]
  /** Type imports are erased, so some rules allow them. Absent = they count like any other. */
  readonly typesAllowed?: boolean
  readonly why: string
}

const synthesis = ['cdk8s', 'cdk8s-plus-27', 'constructs']
const outside = ['test/', 'examples/', 'scripts/']

export const layers: readonly Layer[] = [
  {
    layer: 'lib/',
    mayNotImport: ['constructs/', 'testing/', 'runtime/', 'sandbox/', 'cli/', ...outside],
    why: 'lib says what a backup is; everything else builds on it',
  },
  {
    layer: 'lib/',
    mayNotImport: ['node:*', ...synthesis, '@kubernetes/client-node', 'prom-client'],
    butMay: ['node:crypto'],
    why: 'lib is pure: no I/O, no clock, no client; a hash is a function of its input',
  },
  {
    layer: 'constructs/',
    mayNotImport: ['testing/', 'runtime/', 'sandbox/', 'cli/', ...outside, '@kubernetes/client-node', 'prom-client'],
    why: 'what writes YAML needs no cluster, and people who write policies install no client',
  },
  {
    layer: 'testing/',
    mayNotImport: ['runtime/', 'sandbox/', 'cli/', ...outside, '@kubernetes/client-node', 'prom-client'],
    why: 'tests of policies look at what the compiler wrote, and need no cluster',
  },
  {
    layer: 'testing/',
    exceptIn: ['testing/expect.ts', 'testing/index.ts'],
    mayNotImport: ['@jest/globals'],
    why: 'one door to Jest, so that other test frameworks can use the rest',
  },
  {
    layer: 'runtime/',
    mayNotImport: ['constructs/', 'testing/', 'sandbox/', 'cli/', ...outside, ...synthesis],
    why: 'what runs in the cluster resolves with the same lib, and carries no compiler',
  },
  {
    layer: 'runtime/',
    exceptIn: ['runtime/kube/'],
    mayNotImport: ['@kubernetes/client-node'],
    typesAllowed: true,
    why: 'one door to the client: it is slow to load, and its defects are dealt with in one place',
  },
  {
    layer: 'sandbox/',
    mayNotImport: [
      'constructs/',
      'testing/',
      'runtime/',
      'cli/',
      ...outside,
      ...synthesis,
      '@kubernetes/client-node',
      'prom-client',
    ],
    why: 'a stand-in for Kubernetes that knew our runtime would agree with it about everything',
  },
  {
    layer: 'cli/',
    mayNotImport: ['testing/', ...outside, '@kubernetes/client-node'],
    why: 'the commands are thin: a cluster is reached through runtime/kube',
  },
  {
    layer: 'cli/report/page/',
    mayNotImport: [
      'node:*',
      'constructs/',
      'runtime/',
      'sandbox/',
      'cli/',
      ...outside,
      ...synthesis,
      'commander',
      'yaml',
    ],
    butMay: ['cli/report/page/'],
    typesAllowed: true,
    why: 'it runs in a browser, where there is nothing but itself',
  },
]

/** Published without a bundler, so each package they import must be one that a user's install brings. */
export const publishedRooms = ['lib/', 'constructs/', 'testing/'] as const
/** What a user's program loads. */
export const publicEntries = [
  'lib/index.ts',
  'constructs/index.ts',
  'testing/index.ts',
  'testing/extension.ts',
] as const
/** Packages that must never be loaded through a public entry. */
export const neverPublic = ['@kubernetes/client-node', 'prom-client'] as const

/** The package of a module name: `a/b` → `a`, `@s/a/b` → `@s/a`; node: names stay. */
export function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

/** True for a file of ours, false for a package or node: module. */
export const isOurs = (target: string): boolean => /\.(ts|mts|mjs|json)$/.test(target)

function names(pattern: string, target: string): boolean {
  if (pattern === 'node:*') return target.startsWith('node:')
  if (pattern.endsWith('/')) return isOurs(target) && target.startsWith(pattern)
  return !isOurs(target) && packageOf(target) === pattern
}

function breaks(rule: Layer, { target, typeOnly }: Import): boolean {
  if (typeOnly && rule.typesAllowed === true) return false
  if (rule.butMay?.some(pattern => names(pattern, target))) return false
  return rule.mayNotImport.some(pattern => names(pattern, target))
}

/** Every import that a rule forbids, as a sentence. */
export function brokenRules(files: readonly SourceFile[], rules: readonly Layer[] = layers): string[] {
  return rules.flatMap(rule =>
    files
      .filter(({ path }) => path.startsWith(rule.layer) && !rule.exceptIn?.some(folder => path.startsWith(folder)))
      .flatMap(({ path, imports }) =>
        imports.filter(entry => breaks(rule, entry)).map(({ target }) => `${path} imports ${target}: ${rule.why}`),
      ),
  )
}

/** Folders of ours that the rules name. */
export function namedFolders(rules: readonly Layer[] = layers): string[] {
  const all = rules.flatMap(rule => [rule.layer, ...(rule.exceptIn ?? []), ...rule.mayNotImport])
  return [...new Set(all.filter(name => name.endsWith('/')))].sort()
}
