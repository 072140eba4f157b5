import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { ContainerProcess, Exit, Launcher, ProcessSpec } from './launcher.js'
import { deviceFiles, mountTable } from './mount-table.js'

/**
 * Runs in fresh mount, process and host name namespaces, as process 1 of the latter: `$1` the room (an empty
 * folder for private mounts), `$2` the launcher's files, `$3` the host name, then the command inside the new root.
 */
const script = `set -eu
room=$1 files=$2 name=$3
shift 3
mount -t tmpfs -o mode=755 tmpfs "$room"
mkdir "$room/upper" "$room/work" "$room/root"
mount --all --fstab "$files/base"
cp -a ${deviceFiles().join(' ')} "$room/root/dev/"
while IFS= read -r file; do
  case "$file" in "$room/root/dev/"*) ;; *) mkdir -p "\${file%/*}" ;; esac
  : >> "$file"
done < "$files/targets"
mount --all --fstab "$files/volumes"
if [ -e "$files/directory" ]; then mkdir -p "$room/root$(cat "$files/directory")"; fi
if [ -e "$files/sealed" ]; then mount -o remount,bind,ro "$room/root"; fi
echo "$name" > /proc/sys/kernel/hostname
printf . >&4
exec chroot "$room/root" "$@" 4>&-`

/**
 * Stays outside as parent of process 1 and passes its exit code on; `unshare --fork` would turn a SIGKILL into code 1.
 * What the shell says of it ("Killed") does not belong into the container's log.
 */
const parent = 'exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; exit $?'

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Containers as namespaces of the Linux kernel; needs root. */
export class NamespaceLauncher implements Launcher {
  readonly mode = 'namespaces'

  start(spec: ProcessSpec): ContainerProcess {
    const room = join(spec.folder, 'room')
    mkdirSync(room, { recursive: true })
    writeTables(spec, room)
    const log = openSync(spec.logFile, 'a')
    const flags = ['--mount', '--pid', '--uts', '/bin/sh', '-c', parent, 'parent']
    const inner = [...identityCommand(spec), ...spec.command]
    const args = [...flags, '/bin/sh', '-c', script, 'container', room, spec.folder, spec.hostname, ...inner]
    const child = spawn('unshare', args, {
      stdio: ['ignore', log, log, 'ignore', 'pipe'],
      detached: true,
      cwd: '/',
      env: { ...spec.env, PATH: systemPath },
    })
    closeSync(log)
    return running(child, spec)
  }

  reveal(text: string): string {
    return text
  }
}

/** Whether this machine lets us: tried once, for real. */
export function namespacesWork(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const trial =
    'set -e; d=$(mktemp -d); mount -t tmpfs tmpfs "$d"; mkdir "$d/u" "$d/w" "$d/r"; mount -t overlay -o lowerdir=/,upperdir="$d/u",workdir="$d/w" overlay "$d/r"; mount -t proc proc "$d/r/proc"; chroot "$d/r" setpriv --version; umount -l "$d/r" "$d"; rmdir "$d"'
  try {
    execFileSync('unshare', ['--mount', '--pid', '--uts', '--fork', '/bin/sh', '-c', trial], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function writeTables(spec: ProcessSpec, room: string): void {
  const table = mountTable(spec, room)
  writeFileSync(join(spec.folder, 'base'), table.base)
  writeFileSync(join(spec.folder, 'volumes'), table.volumes)
  writeFileSync(join(spec.folder, 'targets'), table.files.map(file => `${file}\n`).join(''))
  if (spec.workingDir !== undefined) writeFileSync(join(spec.folder, 'directory'), spec.workingDir)
  if (spec.identity.readOnlyRoot) writeFileSync(join(spec.folder, 'sealed'), '')
}

/** Takes on user, groups and capabilities inside the new root, then the container's own PATH and folder. */
function identityCommand(spec: ProcessSpec): string[] {
  const { user, group, supplementaryGroups, capabilities, noNewPrivileges } = spec.identity
  const groups = supplementaryGroups.length === 0 ? '--clear-groups' : `--groups=${supplementaryGroups.join(',')}`
  return [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${group}`,
    groups,
    '--inh-caps=-all',
    `--bounding-set=${['-all', ...capabilities.map(name => `+${name}`)].join(',')}`,
    ...(noNewPrivileges ? ['--no-new-privs'] : []),
    'env',
    ...(spec.workingDir === undefined ? [] : [`--chdir=${spec.workingDir}`]),
    `PATH=${spec.env['PATH'] ?? systemPath}`,
  ]
}

function running(child: ChildProcess, spec: ProcessSpec): ContainerProcess {
  let hasStarted = false
  const started = new Promise<void>(resolve => {
    child.stdio[4]?.once('data', () => {
      hasStarted = true
      resolve()
    })
  })
  const exited = new Promise<Exit>(resolve => {
    child.once('error', error => resolve({ code: 128, startError: error.message }))
    child.once('close', (code, signal) => resolve(exitOf(code, signal, spec, hasStarted)))
  })
  const kill = (): void => signalTo(mainProcess(child) ?? child.pid, 'SIGKILL')
  return { started, exited, kill, terminate: () => (hasStarted ? signalTo(mainProcess(child), 'SIGTERM') : kill()) }
}

/** The container's process 1 is the one child of that parent; killing it makes the kernel end everything inside. */
function mainProcess(child: ChildProcess): number | undefined {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return undefined
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
    return children === '' ? undefined : Number(children.split(' ')[0])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function signalTo(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function exitOf(code: number | null, signal: NodeJS.Signals | null, spec: ProcessSpec, started: boolean): Exit {
  if (signal !== null) return { code: 128 + (constants.signals[signal] ?? 0), signal: constants.signals[signal] ?? 0 }
  const tail = (): string => readFileSync(spec.logFile, 'utf8').trimEnd().split('\n').at(-1) ?? ''
  if (!started) return { code: 128, startError: tail() }
  if ((code === 127 || code === 126) && /^(env|setpriv|chroot): /.test(tail())) {
    return { code: 128, startError: `exec: "${spec.command[0]}": ${tail()}` }
  }
  return { code: code ?? 0 }
}
