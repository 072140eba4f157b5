import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The containers of Kubernetes on this machine, as their runtime knows them. */
export class Containers {
  readonly #state: string

  /** `state` is the cluster’s folder. */
  constructor(state: string) {
    this.#state = state
  }

  /** Kills the main process of a container, and with it all of its processes; false when it has ended already. */
  async kill(id: string): Promise<boolean> {
    const pid = (await this.#tasks()).get(id)
    return pid !== undefined && killProcess(pid)
  }

  /** Kills every process of that name in a container; answers how many there were. */
  async killProcesses(id: string, name: string): Promise<number> {
    const pid = (await this.#tasks()).get(id)
    const all = pid === undefined ? [] : await descendants(pid)
    let killed = 0
    for (const each of all) if ((await nameOf(each)) === name && killProcess(each)) killed += 1
    return killed
  }

  /** Kills all containers of a pod, that of its network included. */
  async killPod(uid: string): Promise<void> {
    const { stdout } = await this.#ctr('containers', 'list', '-q', `labels."io.kubernetes.pod.uid"==${uid}`)
    const tasks = await this.#tasks()
    for (const id of stdout.split('\n')) {
      const pid = tasks.get(id)
      if (pid !== undefined) killProcess(pid)
    }
  }

  /** Pids of the running containers, by id. */
  async #tasks(): Promise<Map<string, number>> {
    const { stdout } = await this.#ctr('tasks', 'list')
    const rows = stdout.split('\n').map(line => line.trim().split(/\s+/))
    return new Map(rows.filter(row => row[2] === 'RUNNING').map(([id = '', pid]) => [id, Number(pid)]))
  }

  #ctr(...args: readonly string[]) {
    return run('ctr', ['--address', join(this.#state, 'run/containerd.sock'), '--namespace', 'k8s.io', ...args])
  }
}

/** False when the process is gone already. */
function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

// A process may end while it is looked at.
const read = (path: string) => readFile(path, 'utf8').catch(() => '')
const nameOf = async (pid: number) => (await read(`/proc/${pid}/comm`)).trim()

async function descendants(pid: number): Promise<number[]> {
  const children = (await read(`/proc/${pid}/task/${pid}/children`)).split(' ').filter(Boolean).map(Number)
  return [...children, ...(await Promise.all(children.map(descendants))).flat()]
}
