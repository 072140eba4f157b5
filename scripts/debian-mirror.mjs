import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Newer suites that the same mirror serves, oldest first, and the keys they are signed with. */
const distributions = {
  debian: {
    suites: ['trixie', 'sid'],
    component: 'main',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
  },
  ubuntu: {
    suites: ['resolute'],
    component: 'universe',
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
  },
}

function osRelease() {
  const file = '/etc/os-release'
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value.replace(/^"|"$/g, '')]),
  )
}

/** The Debian family's row for this machine, or undefined on anything else. */
export function distribution() {
  const { ID, ID_LIKE = '', VERSION_CODENAME } = osRelease()
  const id = [ID, ...ID_LIKE.split(' ')].find(name => name in distributions)
  return id === undefined ? undefined : { ...distributions[id], codename: VERSION_CODENAME }
}

/** Entries of a deb822 file (`debian.sources`). */
function deb822(text) {
  return text.split(/\n\s*\n/).map(stanza => {
    const field = name => new RegExp(`^${name}:\\s*(.*)$`, 'mi').exec(stanza)?.[1]?.trim() ?? ''
    return {
      uri: field('URIs').split(/\s+/)[0],
      suites: field('Suites').split(/\s+/),
      components: field('Components').split(/\s+/),
      signedBy: field('Signed-By'),
      enabled: !/^(no|false|0)$/i.test(field('Enabled')),
    }
  })
}

/** Entries of a one-line-style file (`sources.list`). */
function oneLine(text) {
  return [...text.matchAll(/^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/gm)].map(
    ([, options = '', uri, suite, components]) => ({
      uri,
      suites: [suite],
      components: components.split(/\s+/),
      signedBy: /signed-by=(\S+)/.exec(options)?.[1] ?? '',
      enabled: true,
    }),
  )
}

/** The mirror this machine is configured to use for its own release: `{uri, signedBy}`. */
export function configuredMirror(codename, etc = '/etc/apt') {
  const folder = join(etc, 'sources.list.d')
  const parts = existsSync(folder) ? readdirSync(folder).sort() : []
  const files = [...parts.map(name => join(folder, name)), join(etc, 'sources.list')].filter(existsSync)
  const entries = files.flatMap(file => {
    const text = readFileSync(file, 'utf8')
    if (file.endsWith('.sources')) return deb822(text)
    return file.endsWith('.list') ? oneLine(text) : []
  })
  const own = entry => entry.enabled && entry.suites.includes(codename) && entry.components.includes('main')
  const entry = entries.find(own)
  if (entry === undefined) {
    throw new Error(`no package mirror for "${codename}" is configured in ${etc}; add one, or install the tool by hand`)
  }
  return entry
}

/** Runs apt-get with a state of its own, so that neither root nor the machine's package lists are involved. */
function aptGet(folder, args, cwd = folder) {
  const options = {
    Dir: '/',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'APT::Sandbox::User': '',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
  }
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const { status, stdout, stderr, error } = spawnSync('apt-get', ['-q', ...flags, ...args], { cwd, encoding: 'utf8' })
  if (error !== undefined) throw new Error(`apt-get cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(0, 3).join('; '))
  return stdout
}

/** The packages of a family that a package needs, itself included. Nothing counts as installed: all of them are named. */
function partsOf(folder, name, family) {
  const uris = aptGet(folder, ['install', '--print-uris', '--yes', '--no-install-recommends', name])
  const needed = [...uris.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map(([, needed]) => needed)
  return needed.filter(part => part === name || family.test(part))
}

/** Opens one suite of the mirror in a temporary folder under `parent`; `close` removes it. */
export function openSuite(parent, { component, keyring, codename }, suite) {
  const mirror = configuredMirror(codename)
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'apt-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  const signedBy = mirror.signedBy.startsWith('/') ? mirror.signedBy : keyring
  try {
    for (const name of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'status'), '')
    writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${signedBy}] ${mirror.uri} ${suite} ${component}\n`)
    aptGet(folder, ['update'])
  } catch (error) {
    close()
    throw error
  }
  /** Unpacks a package into `target` without installing it, and with it the packages of its `family` that it needs. */
  const unpack = (name, target, family) => {
    const downloads = mkdtempSync(join(folder, 'deb-'))
    aptGet(folder, ['download', ...(family === undefined ? [name] : partsOf(folder, name, family))], downloads)
    const files = readdirSync(downloads).filter(entry => entry.endsWith('.deb'))
    if (files.length === 0) throw new Error(`${suite} has no package ${name}`)
    for (const file of files) {
      const { status, stderr } = spawnSync('dpkg', ['-x', join(downloads, file), target], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${file} cannot be unpacked: ${stderr.trim()}`)
    }
  }
  return { suite, unpack, close }
}
