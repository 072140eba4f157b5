import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import { root } from './tools.mjs'

const inputsFile = join(root, 'build/bundle-inputs.json')
export const sbomFile = join(root, 'build/sbom.cdx.json')

const json = file => JSON.parse(readFileSync(file, 'utf8'))
export const sha256 = file => createHash('sha256').update(readFileSync(file)).digest('hex')

/** The folder of the package that a bundled file is of: `node_modules/a/node_modules/b`; undefined for our own files. */
function packageFolder(file) {
  const at = file.lastIndexOf('node_modules/')
  if (at < 0) return undefined
  const [first, second] = file.slice(at + 'node_modules/'.length).split('/')
  return `${file.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}`
}

/** Remembers which packages lie in each bundle, out of what esbuild says it took. */
export function rememberInputs(inputs) {
  const packages = Object.entries(inputs).map(([bundle, files]) => [
    bundle,
    [...new Set(files.map(packageFolder).filter(folder => folder !== undefined))].sort(),
  ])
  writeFileSync(inputsFile, `${JSON.stringify(Object.fromEntries(packages), undefined, 2)}\n`)
}

function component(folder, bundles, lock) {
  const { name, version, license, description } = json(join(root, folder, 'package.json'))
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const made = new Models.Component(Enums.ComponentType.Library, short, {
    ...{ bomRef: `${name}@${version}`, group, version, description },
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  })
  if (license !== undefined) made.licenses.add(new Models.LicenseExpression(license))
  const integrity = lock.packages[folder]?.integrity
  if (integrity?.startsWith('sha512-')) {
    made.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(integrity.slice(7), 'base64').toString('hex'))
  }
  for (const bundle of bundles) made.properties.add(new Models.Property('holdfast:bundle', bundle))
  return made
}

/** Writes the bill of materials of the shipped bundles as CycloneDX 1.6 JSON, the same for the same sources. */
export function writeSbom() {
  const [{ version }, lock, inputs] = [
    json(join(root, 'package.json')),
    json(join(root, 'package-lock.json')),
    json(inputsFile),
  ]
  const bom = new Models.Bom()
  const self = new Models.Component(Enums.ComponentType.Application, 'holdfast', {
    version,
    bomRef: `holdfast@${version}`,
  })
  self.licenses.add(new Models.LicenseExpression('Apache-2.0'))
  bom.metadata.component = self
  const bundlesOf = new Map()
  for (const [bundle, folders] of Object.entries(inputs)) {
    for (const folder of folders) bundlesOf.set(folder, [...(bundlesOf.get(folder) ?? []), bundle])
  }
  for (const [folder, bundles] of [...bundlesOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const made = component(folder, bundles, lock)
    bom.components.add(made)
    self.dependencies.add(made.bomRef)
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  writeFileSync(sbomFile, `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`)
  return bundlesOf.size
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`build/sbom.cdx.json: ${writeSbom()} packages of the bundles\n`)
}
