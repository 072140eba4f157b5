import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { distributionFiles, distributionFolders } from './distribution/distribution.js'
import { writeFolders } from './distribution/generated-file.js'

// The system for those who do not synthesize it: as plain YAML, for kustomize, and as Helm charts.
const { values } = parseArgs({ options: { out: { type: 'string' } } })
const outdir = resolve(values.out ?? `${import.meta.dirname}/../dist`)
const files = distributionFiles()
writeFolders(outdir, distributionFolders, files)
process.stdout.write(`${files.map(({ path }) => path).join('\n')}\n`)
