import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'

/** Grafana’s own types of dashboards and panels, which are generated from the schemas that Grafana checks with. */
const types = join(root, 'node_modules/@grafana/schema/dist/types')
const modules = {
  'dashboard.ts': 'raw/dashboard/x/types.gen.d.ts',
  'common.ts': 'common/common.gen.d.ts',
  'stat.ts': 'raw/composable/stat/panelcfg/x/types.gen.d.ts',
  'table.ts': 'raw/composable/table/panelcfg/x/types.gen.d.ts',
  'timeseries.ts': 'raw/composable/timeseries/panelcfg/x/types.gen.d.ts',
}

const head = `import type { Dashboard, Panel, RowPanel } from './dashboard.js'
import type { GraphFieldConfig, TableFieldOptions } from './common.js'
import type { Options as stat } from './stat.js'
import type { Options as table } from './table.js'
import type { Options as timeseries } from './timeseries.js'
type Whole = Omit<Dashboard, 'panels'> & { panels: (Panel | RowPanel)[] }
type Custom = { table: Partial<TableFieldOptions>; timeseries: GraphFieldConfig; stat: never }
`

interface AnyPanel {
  readonly type: string
  readonly options?: unknown
  readonly fieldConfig?: { readonly defaults: { readonly custom?: unknown } }
}

/** What Grafana’s types say against a dashboard; empty when they know all of it, the options of its panels too. */
export function schemaComplaints(text: string): string {
  const { panels } = JSON.parse(text) as { readonly panels: readonly AnyPanel[] }
  const options = panels.flatMap(({ type, options, fieldConfig }, index) => [
    ...(options === undefined ? [] : [`const options${index}: Partial<${type}> = ${JSON.stringify(options)}`]),
    ...(fieldConfig?.defaults.custom === undefined
      ? []
      : [`const custom${index}: Custom['${type}'] = ${JSON.stringify(fieldConfig.defaults.custom)}`]),
  ])
  return compiled({ 'program.ts': `${head}const whole: Whole = ${text}\n${options.join('\n')}\n` })
}

function compiled(program: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-dashboard-'))
  try {
    for (const [name, path] of Object.entries(modules))
      writeFileSync(join(folder, name), withoutEnums(readFileSync(join(types, path), 'utf8')))
    for (const [name, text] of Object.entries(program)) writeFileSync(join(folder, name), text)
    const args = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', '', 'program.ts']
    return spawnSync(join(root, 'node_modules/.bin/tsc'), args, { cwd: folder, encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** JSON has no enums, so each enum is read as the values that it stands for. */
function withoutEnums(schema: string): string {
  return schema
    .replaceAll(/export declare enum (\w+) \{([^}]*)\}/g, (_, name: string, body: string) => {
      const members = [...body.matchAll(/(\w+) = ("[^"]*"|-?\d+)/g)].map(([, member = '', value = '']) => ({
        member,
        value,
      }))
      const named = members.filter(({ member }) => member !== 'never' && member !== 'unknown')
      const inner = named.map(({ member, value }) => `type ${member} = ${value}`).join('; ')
      const union = members.map(({ value }) => value).join(' | ')
      return `export type ${name} = ${union}\nexport declare namespace ${name} { ${inner} }`
    })
    .replaceAll(/export declare const \w+: [^;]*;/g, '')
    .replaceAll("'@grafana/schema'", "'./common.js'")
}
