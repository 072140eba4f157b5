import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sbomFile, sha256 } from './sbom.mjs'
import { root } from './tools.mjs'

const parts = '/usr/share/holdfast'

function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stderr.trim()}`)
  return stdout.trim()
}

/** What the image says of its own programs and Debian packages, asked of a container of it. */
function partsOf(image) {
  const container = output('buildah', ['from', '--pull-never', image])
  try {
    const ask = file => output('buildah', ['run', '--isolation', 'chroot', container, '--', 'cat', `${parts}/${file}`])
    return { programs: ask('programs.txt').split('\n'), packages: ask('packages.txt').split('\n') }
  } finally {
    spawnSync('buildah', ['rm', container])
  }
}

/** Whether what was built is the commit’s, to the letter. */
const isClean = () =>
  output('git', ['status', '--porcelain', '--', 'lib', 'runtime', 'Containerfile', 'package-lock.json']) === ''

const material = file => ({ name: file, digest: { sha256: sha256(join(root, file)) } })
const bundles = ['agent.cjs', 'controller.cjs', 'client-node.cjs'].map(name => `build/bundle/${name}`)

/** A line of sha256sum as a material. */
function program(line) {
  const [digest, path, ...version] = line.split(/\s+/)
  return { name: path, digest: { sha256: digest }, annotations: { version: version.join(' ') } }
}

/** The in-toto statement (SLSA provenance v1) of one image: what it was made from, and by what. */
export function provenanceOf(image, { id, base, commit, clean, programs, packages }) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: image, digest: { sha256: id } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://holdfast.dev/build/image/v1',
        externalParameters: {
          source: { digest: { gitCommit: commit }, annotations: { clean } },
          containerfile: 'Containerfile',
        },
        resolvedDependencies: [
          { name: 'base image', uri: base.name, digest: { sha256: base.digest } },
          ...['Containerfile', 'package-lock.json', ...bundles].map(material),
          { ...material('build/sbom.cdx.json'), mediaType: 'application/vnd.cyclonedx+json' },
          ...programs.map(program),
          ...packages.map(line => ({ name: 'Debian package', uri: `pkg:deb/debian/${line.replace(' ', '@')}` })),
        ],
      },
      runDetails: { builder: { id: 'scripts/image.mjs', builderDependencies: [material('scripts/image.mjs')] } },
    },
  }
}

const bare = digest => digest.replace(/^sha256:/, '')

/** Writes `build/provenance.json` for an image that was just built here. */
export function writeProvenance(image) {
  const base = /^FROM (\S+)/m.exec(readFileSync(join(root, 'Containerfile'), 'utf8'))?.[1] ?? ''
  const digestOf = name => bare(output('buildah', ['images', '--no-trunc', '--quiet', name]).split('\n')[0] ?? '')
  const facts = {
    ...{ id: digestOf(image), base: { name: base, digest: digestOf(base) } },
    ...{ commit: output('git', ['rev-parse', 'HEAD']), clean: isClean() },
    ...partsOf(image),
  }
  mkdirSync(join(root, 'build'), { recursive: true })
  const file = join(root, 'build/provenance.json')
  writeFileSync(file, `${JSON.stringify(provenanceOf(image, facts), undefined, 2)}\n`)
  process.stdout.write(
    `provenance of ${image}: build/provenance.json; bill of materials: ${sbomFile.slice(root.length + 1)}\n`,
  )
}
