import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, toolPath } from '../../scripts/tools.mjs'

export const agent = join(root, 'build/bundle/agent.cjs')
export const restic = toolPath('restic')
/** The image's Node where it is installed, else this process's own. */
export const node = existsSync(join(root, '.tools/bin/node24')) ? join(root, '.tools/bin/node24') : process.execPath
if (!existsSync(agent)) throw new Error(`${agent} is not there; run npm run build first`)

/** Before all other processes of the machine, where that is allowed: else those would be measured too. */
export const first = spawnSync('chrt', ['--rr', '1', 'true']).status === 0 ? ['chrt', '--rr', '1'] : []

const plain = { PATH: `${process.env.PATH}`, RESTIC_PASSWORD: 'bench' }

/** Runs restic itself; throws what it said when it fails. */
export function raw(repository, ...args) {
  const { status, stdout, stderr } = spawnSync(restic, ['-r', repository, ...args], { env: plain, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** An empty repository in a folder, with its id. */
export function makeRepository(folder) {
  rmSync(folder, { recursive: true, force: true })
  raw(folder, 'init')
  return JSON.parse(raw(folder, 'cat', 'config')).id
}

/** A folder that stands for a mounted Secret. */
export function makeSecret(folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'RESTIC_PASSWORD'), 'bench')
  return folder
}

/** The flags that every step of a session gets. */
export function sessionFlags(repository, id, secret, scratch) {
  return {
    repository,
    provider: 'local',
    'secret-dir': secret,
    'scratch-dir': scratch,
    hostname: 'bench/source',
    'session-uid': 'bench',
    attempt: '1',
    'repository-id': id,
    'output-dir': join(scratch, 'output'),
  }
}

export const commandLine = (step, flags) => [
  node,
  agent,
  step,
  ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
]

/** Runs a command to its end: wall and processor seconds of all of it, and the peak memory of each program in it. */
export async function run(command, env) {
  const began = performance.now()
  const script = 'TIMEFORMAT="%U %S"; { time "$@" >/dev/null 2>"$0.log"; } 2>"$0"'
  const times = `${env.TMPDIR ?? '/tmp'}/holdfast-bench-time-${process.pid}`
  const child = spawn('bash', ['-c', script, times, ...command], { env, stdio: 'ignore' })
  const peaks = new Map()
  const watch = setInterval(() => sample(child.pid, peaks), 20)
  const code = await new Promise(resolve => child.once('exit', resolve))
  clearInterval(watch)
  const wall = (performance.now() - began) / 1000
  const log = readFileSync(`${times}.log`, 'utf8')
  const [user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(/\s+/).map(Number)
  for (const file of [times, `${times}.log`]) rmSync(file)
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}: ${log.slice(-2000)}`)
  return { wall, cpu: user + system, mebibytes: Object.fromEntries(peaks) }
}

/** Notes the high-water marks of a process and those below it, by program. */
function sample(pid, peaks) {
  for (const each of below(pid)) {
    try {
      const words = readFileSync(`/proc/${each}/cmdline`, 'utf8').split('\0')
      const name = words[0]?.endsWith('restic') ? 'restic' : words[1] === agent ? 'agent' : undefined
      const peak = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0) / 1024
      if (name !== undefined) peaks.set(name, Math.max(peaks.get(name) ?? 0, peak))
    } catch {
      // It has ended meanwhile.
    }
  }
}

function below(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    return children.flatMap(child => [child, ...below(child)])
  } catch {
    return []
  }
}

export const median = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
