import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Flow } from './flow.js'

const folder = join(import.meta.dirname, 'flows')

/** Names of all flows, in order: the folder is the list. */
export const flowNames: readonly string[] = readdirSync(folder)
  .filter(file => file.endsWith('.ts'))
  .map(file => file.replace(/\.ts$/, ''))
  .sort()

/** Loads one flow. Throws Error when its file exports none, or one of another name. */
export async function loadFlow(name: string): Promise<Flow> {
  const { flow } = (await import(`./flows/${name}.ts`)) as { flow?: Flow }
  if (flow?.name !== name)
    throw new Error(`flows/${name}.ts: expected it to export the flow '${name}', got ${flow?.name}`)
  return flow
}
