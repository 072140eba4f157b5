import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds } from '../lib/api/kinds.js'
import { jsonSchemaPath, toJsonSchema } from '../lib/schema/json-schema.js'

// The JSON Schemas of the API, for editors and linters; the CustomResourceDefinitions come from the same source.
const { values } = parseArgs({ options: { out: { type: 'string' } } })
const folder = resolve(values.out ?? join(import.meta.dirname, '../schemas'))

rmSync(folder, { recursive: true, force: true })
for (const definition of kinds) {
  const file = join(folder, jsonSchemaPath(definition))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(toJsonSchema(definition), null, 2)}\n`)
  process.stdout.write(`${file}\n`)
}
