import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ProcessSpec } from './launcher.js'

/** Lines of fstab(5), which one `mount --all` works off in order. */
export interface MountTable {
  readonly base: string
  readonly volumes: string
  /** Files that must exist inside the root before `volumes`, relative to it. */
  readonly files: readonly string[]
}

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'fd', 'stdin', 'stdout', 'stderr']

/** The device files and links a container gets, as paths of this machine. */
export function deviceFiles(): string[] {
  return devices.map(name => `/dev/${name}`).filter(path => existsSync(path))
}

/** Builds the view of one container: this machine's files below a private layer, then the volumes over it. */
export function mountTable(spec: ProcessSpec, room: string): MountTable {
  const root = `${room}/root`
  const base = [
    line('overlay', root, 'overlay', `lowerdir=/,upperdir=${room}/upper,workdir=${room}/work`),
    ...otherMounts().map(path => line(path, `${root}${path}`, 'none', 'rbind')),
    line('proc', `${root}/proc`, 'proc', 'nosuid,nodev,noexec'),
    line('/sys', `${root}/sys`, 'none', 'rbind'),
    line('tmpfs', `${root}/dev`, 'tmpfs', 'mode=755'),
    line('tmpfs', `${root}/dev/shm`, 'tmpfs', 'mode=1777,X-mount.mkdir'),
  ]
  const wanted = [
    ...spec.mounts.filter(mount => mount.path !== spec.messagePath),
    { path: spec.messagePath, source: spec.messageFile, readOnly: false },
  ]
  const mounts = wanted
    .map(mount => ({ ...mount, path: resolved(mount.path) }))
    .sort((a, b) => depth(a.path) - depth(b.path))
  const isFile = (path: string): boolean => existsSync(path) && !statSync(path).isDirectory()
  const volumes = mounts.map(({ path, source, readOnly }) => {
    const options = [`bind`, ...(readOnly ? ['ro'] : []), ...(isFile(source) ? [] : ['X-mount.mkdir'])]
    return line(source, `${root}${path}`, 'none', options.join(','))
  })
  const files = mounts.filter(mount => isFile(mount.source)).map(mount => `${root}${mount.path}`)
  return { base: base.join(''), volumes: volumes.join(''), files }
}

/** A link on the way (`/var/run`) would lead out of the new root, back to this machine. */
function resolved(path: string): string {
  if (path === '/' || path.startsWith('/dev/')) return path
  return existsSync(path) ? realpathSync(path) : join(resolved(dirname(path)), basename(path))
}

function depth(path: string): number {
  return path.split('/').length
}

function line(source: string, target: string, type: string, options: string): string {
  const quoted = (text: string): string =>
    text.replace(/[\s\\]/g, found => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return `${quoted(source)} ${quoted(target)} ${type} ${quoted(options)} 0 0\n`
}

// What container runtimes mount for others comes and goes at any moment.
const left = /^\/(proc|sys|dev|run|boot|mnt\/sandboxing)(\/|$)|kubelet|containerd|\/containers\/storage|\/docker\//
const homes = /^\/(home|root|usr|opt|nix|var|tmp|srv|etc|work|data|mnt|media|workspaces?|builds?|github|__w|app)(\/|$)/

/** Other file systems of this machine that programs may need; the overlay shows only the root file system. */
function otherMounts(): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(entry =>
      (entry.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter(path => homes.test(path) && !left.test(path))
  const outermost = points.filter(path => !points.some(other => other !== path && path.startsWith(`${other}/`)))
  return [...new Set(outermost)]
}
