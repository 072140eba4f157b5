import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type ModuleItem, parseSync } from '@swc/core'

/** The project's folder. */
export const root = resolve(import.meta.dirname, '../..')

/** One import or re-export. `target` is a file of ours relative to the root, or a package or node: name. */
export interface Import {
  readonly target: string
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly hasDefaultExport: boolean
  /** True when every statement is a re-export. */
  readonly onlyReExports: boolean
}

/** Files below a folder whose name ends in one of the endings, relative to the root. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => endings.some(ending => name.endsWith(ending)))
    .map(name => join(folder, name))
    .sort()
}

interface Found {
  readonly specifier: string
  readonly typeOnly: boolean
}

function isReExport(item: ModuleItem): boolean {
  if (item.type === 'ExportAllDeclaration') return true
  return item.type === 'ExportNamedDeclaration' && item.source !== null && item.source !== undefined
}

function exportsDefault(item: ModuleItem): boolean {
  if (item.type === 'ExportDefaultDeclaration' || item.type === 'ExportDefaultExpression') return true
  if (item.type !== 'ExportNamedDeclaration') return false
  return item.specifiers.some(
    specifier => specifier.type === 'ExportSpecifier' && (specifier.exported ?? specifier.orig).value === 'default',
  )
}

/** Type-only when the whole statement is, or each of its names is. */
function staticImport(item: ModuleItem): Found | undefined {
  if (item.type === 'ExportAllDeclaration') return { specifier: item.source.value, typeOnly: false }
  if (item.type !== 'ImportDeclaration' && item.type !== 'ExportNamedDeclaration') return undefined
  if (item.source === null || item.source === undefined) return undefined
  const names: readonly object[] = item.specifiers
  const eachIsType = names.length > 0 && names.every(name => 'isTypeOnly' in name && name.isTypeOnly === true)
  return { specifier: item.source.value, typeOnly: item.typeOnly || eachIsType }
}

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function imported(node: Record<string, unknown>): Found | undefined {
  if (node.type === 'TsImportType' && isNode(node.argument)) {
    return { specifier: String(node.argument.value), typeOnly: true }
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee) || node.callee.type !== 'Import') return undefined
  const [argument]: unknown[] = Array.isArray(node.arguments) ? node.arguments : []
  const literal = isNode(argument) && isNode(argument.expression) ? argument.expression : undefined
  return literal?.type === 'StringLiteral' ? { specifier: String(literal.value), typeOnly: false } : undefined
}

/** `import('…')`, as an expression or as a type, anywhere below a node of the syntax tree. */
function dynamicImports(node: unknown, found: Found[] = []): Found[] {
  if (!isNode(node)) return found
  const here = imported(node)
  if (here !== undefined) found.push(here)
  for (const child of Object.values(node)) dynamicImports(child, found)
  return found
}

function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return relative(root, resolve(root, dirname(path), specifier)).replace(/\.js$/, '.ts')
}

/** Parses one TypeScript file; `path` is where it stands, relative to the root. Throws when it cannot be parsed. */
export function parseSource(path: string, text: string): SourceFile {
  const { body } = parseSync(text, { syntax: 'typescript', target: 'es2022' })
  const statics = body.map(staticImport).filter(found => found !== undefined)
  return {
    path,
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: [...statics, ...dynamicImports(body)].map(({ specifier, typeOnly }) => ({
      target: targetOf(path, specifier),
      typeOnly,
    })),
    hasDefaultExport: body.some(exportsDefault),
    onlyReExports: body.every(isReExport),
  }
}

export const readSource = (path: string): SourceFile => parseSource(path, readFileSync(join(root, path), 'utf8'))
