import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChildProgram } from '../../../runtime/agent/child-program.js'
import type { ProcessSpec } from '../../../sandbox/index.js'
import { mountTable } from '../../../sandbox/node/mount-table.js'
import { namespacesWork } from '../../../sandbox/node/namespace-launcher.js'
import { toolPath } from '../../../scripts/tools.mjs'
import { cheapenKeys } from './cheap-key.js'
import type { ResticEnd, ResticProgram, ResticRun } from './restic-program.js'

export interface RealResticOptions {
  /** Local repositories that it makes get keys that cost nothing to derive. */
  readonly cheapKeys?: boolean
}

/**
 * Gives restic the paths of its container, in a mount namespace of its own: `$1` an empty folder, `$2` the tables.
 * Process ids and host name stay this machine’s: so restic sees that the holder of a lock is dead.
 */
const script = `set -eu
room=$1 files=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs "$room"
mkdir "$room/upper" "$room/work" "$room/root"
mount --all --fstab "$files/base"
mount --rbind /dev "$room/root/dev"
while IFS= read -r file; do
  mkdir -p "\${file%/*}"
  [ -e "$file" ] || : > "$file"
done < "$files/targets"
mount --all --fstab "$files/volumes"
exec chroot "$room/root" "$@"`

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The real restic, as the user of this process. Where namespaces cannot be made it runs with paths of this machine,
 * and snapshots carry those: retention of a path as the policy names it then finds nothing.
 */
export function realRestic({ cheapKeys = false }: RealResticOptions = {}): ResticProgram {
  const sees = namespacesWork()
  return async run => {
    const end = await start(run, sees)
    const { RESTIC_REPOSITORY = '', RESTIC_PASSWORD = '' } = run.env
    const made = run.args[0] === 'init' && end.code === 0 && RESTIC_REPOSITORY.startsWith('/')
    if (cheapKeys && made) cheapenKeys(run.view.outside(RESTIC_REPOSITORY), RESTIC_PASSWORD)
    return end
  }
}

function start(run: ResticRun, sees: boolean): Promise<ResticEnd> {
  const { args, env, view, spec, terminate, kill } = run
  const output = {
    onStdout: (chunk: Uint8Array) => run.stdout(Buffer.from(chunk).toString('utf8')),
    onStderr: (chunk: Uint8Array) => run.stderr(Buffer.from(chunk).toString('utf8')),
  }
  const common = { cwd: '/', ownGroup: true, terminate, kill, ...output }
  const restic = toolPath('restic')
  if (sees) {
    const before = ['--mount', '/bin/sh', '-c', script, 'container', ...rooms(spec), restic]
    return runChildProgram({
      ...common,
      command: 'unshare',
      args: [...before, ...args],
      env: { ...env, PATH: systemPath },
    })
  }
  const outside = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, view.outside(value)]))
  return runChildProgram({ ...common, command: restic, args: args.map(view.outside), env: outside })
}

function rooms(spec: ProcessSpec): [string, string] {
  const files = mkdtempSync(join(spec.folder, 'restic-'))
  const room = join(files, 'room')
  mkdirSync(room)
  const table = mountTable(spec, room)
  const devices = join(room, 'root', 'dev')
  // Devices are bound as they are: nobody is kept from them here.
  const base = table.base.split('\n').filter(line => !line.includes(devices) && !line.startsWith('proc '))
  writeFileSync(join(files, 'base'), base.join('\n'))
  writeFileSync(join(files, 'volumes'), table.volumes)
  writeFileSync(join(files, 'targets'), table.files.map(file => `${file}\n`).join(''))
  return [room, files]
}
