import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { root, toolPath, toolsFolder } from './tools.mjs'

const source = join(root, 'test/gitops-controllers')
/** Argo CD and Flux are written for it; the installed Go fetches it. */
const toolchain = 'go1.27.0'
/** Argo CD’s repo server runs it; a patch below the one it ships, whose modules are not all to be had. */
const kustomize = 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.2'
/** Parts of kustomize-controller that nothing here uses, and that take half of all clouds to build. */
const leftOut = ['internal/decryptor', 'internal/sops']

const filesBelow = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

function digestOfSource() {
  const hash = createHash('sha256').update(`${toolchain} ${kustomize}`)
  for (const file of ['argocd', 'flux'].flatMap(name => filesBelow(join(source, name))))
    hash.update(`${file.slice(source.length)}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function go(args, cwd, more = {}) {
  const env = { ...process.env, GOTOOLCHAIN: toolchain, GOWORK: 'off', GOFLAGS: '-buildvcs=false', ...more }
  const { status, stdout, stderr, error } = spawnSync(toolPath('go'), args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`go ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
  return stdout
}

const build = (cwd, program) => go(['build', '-mod=readonly', '-ldflags=-s -w', '-o', program, '.'], cwd)

/** The folder of a module in the version that a go.mod names. */
function moduleFolder(cwd, path) {
  const { Version: version } = JSON.parse(go(['list', '-m', '-json', `${path}/api`], cwd))
  return { version, folder: JSON.parse(go(['mod', 'download', '-json', `${path}@${version}`], cwd)).Dir }
}

/** What the proxy has no module for is left out or played by the folders beside go.mod. */
function kustomizeController(home, work) {
  const flux = join(work, 'flux')
  cpSync(join(source, 'flux'), flux, { recursive: true })
  const controller = moduleFolder(flux, 'github.com/fluxcd/kustomize-controller')
  const sources = moduleFolder(flux, 'github.com/fluxcd/source-controller')
  const wanted = path => !path.endsWith('_test.go') && !leftOut.some(name => path === join(controller.folder, name))
  for (const name of ['main.go', 'internal'])
    cpSync(join(controller.folder, name), join(flux, name), { recursive: true, filter: wanted })
  spawnSync('chmod', ['-R', 'u+w', flux])
  renameSync(join(flux, 'decryptor'), join(flux, leftOut[0]))
  build(flux, join(home, 'bin/kustomize-controller'))
  for (const { folder } of [controller, sources]) copyDefinitions(join(folder, 'config/crd/bases'), join(home, 'flux'))
}

function argoCd(home) {
  const argo = join(source, 'argocd')
  build(argo, join(home, 'bin/argocd'))
  for (const name of ['argocd-application-controller', 'argocd-repo-server', 'redis'])
    symlinkSync('argocd', join(home, 'bin', name))
  const { Dir: folder } = JSON.parse(go(['list', '-m', '-json', 'github.com/argoproj/argo-cd/v3'], argo))
  // Its repo server calls these two by name.
  for (const name of ['git-verify-wrapper.sh', 'gpg-wrapper.sh']) {
    cpSync(join(folder, 'hack', name), join(home, 'bin', name))
    chmodSync(join(home, 'bin', name), 0o755)
  }
  copyDefinitions(join(folder, 'manifests/crds'), join(home, 'argocd'))
}

function copyDefinitions(from, to) {
  for (const file of readdirSync(from).filter(name => !/^(kustomization|applicationset)/.test(name)))
    cpSync(join(from, file), join(to, file))
}

/**
 * The folder of Argo CD's and Flux' own programs (test/gitops-controllers), with the definitions of their kinds. They are
 * built the first time, which takes two cores some minutes, and again when their source has changed. Throws what Go
 * says is wrong.
 */
export function gitopsPrograms() {
  const all = join(toolsFolder, 'gitops-controllers')
  const home = join(all, digestOfSource())
  if (existsSync(home)) return home
  rmSync(all, { recursive: true, force: true })
  mkdirSync(all, { recursive: true })
  const work = mkdtempSync(join(all, 'build-'))
  try {
    const fresh = join(work, 'home')
    for (const name of ['bin', 'flux', 'argocd']) mkdirSync(join(fresh, name), { recursive: true })
    process.stderr.write('the programs of Argo CD and Flux: go build, which takes some minutes the first time\n')
    go(['install', '-ldflags=-s -w', kustomize], work, { GOBIN: join(fresh, 'bin') })
    kustomizeController(fresh, work)
    argoCd(fresh)
    renameSync(fresh, home)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return home
}
