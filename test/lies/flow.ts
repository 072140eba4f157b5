import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { decodeReport, type StepReport } from '../../lib/report.js'
import { runAgent } from '../../runtime/agent/agent.js'
import type { AgentHost } from '../../runtime/agent/host.js'
import { CallCounter, type LabHost, labHost, type Restic, say } from './said.js'

export type FlowName = 'first' | 'known' | 'finish' | 'restore' | 'maintain'
export const flowNames: readonly FlowName[] = ['first', 'known', 'finish', 'restore', 'maintain']

/** What the steps of a flow left behind. */
export interface Course {
  /** Termination messages, in the steps’ order. */
  readonly messages: readonly string[]
  readonly reports: readonly (StepReport | undefined)[]
  readonly calls: CallCounter['calls']
}

export const host = 'shop/data'
export const sessionUid = 'session-uid'
export const password = 'correct horse battery staple'
const files = { 'volume/a/one.txt': 'one', 'volume/a/two.txt': 'two two', 'volume/b/deep/three.txt': 'three' }

type Flags = Readonly<Record<string, string | readonly string[]>>

/** A volume, a Secret and a pod’s folders on this machine, and the flows of steps that run over them. */
export class FlowLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-lies-'))
  readonly paths = [join(this.folder, 'volume/a'), join(this.folder, 'volume/b')]
  readonly target = join(this.folder, 'target')
  readonly repository: string
  #pods = 0

  constructor(repository?: string) {
    this.repository = repository ?? join(this.folder, 'repository')
    for (const [name, text] of Object.entries({ ...files, 'secret/RESTIC_PASSWORD': password })) this.write(name, text)
    this.clearTarget()
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true })
    writeFileSync(join(this.folder, name), text)
  }

  clearTarget(): void {
    rmSync(this.target, { recursive: true, force: true })
    mkdirSync(this.target)
  }

  /** Writes what a restore of the newest snapshots writes; with `lacking`, not that file. */
  fillTarget(part: string, lacking?: string): void {
    for (const [name, text] of Object.entries(files)) {
      const below = name.slice('volume/'.length)
      if (!below.startsWith(`${part}/`) || below === lacking) continue
      this.write(join('target', below), text)
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs the steps of a flow with a restic that is played. */
  play(flow: FlowName, restic: Restic, repositoryId: string, more: Partial<LabHost> & { flags?: Flags } = {}) {
    const counter = new CallCounter()
    return this.run(
      flow,
      counter,
      repositoryId,
      async program => say(await restic(counter.next(program.args)), program),
      more,
    )
  }

  /** Runs the steps of a flow; `run` stands for every program. */
  async run(
    flow: FlowName,
    { calls }: CallCounter,
    repositoryId: string,
    run: AgentHost['runProgram'],
    { flags: own = {}, ...machine }: Partial<LabHost> & { flags?: Flags } = {},
  ): Promise<Course> {
    const pod = join(this.folder, `pod-${++this.#pods}`)
    mkdirSync(pod)
    const messageFile = join(pod, 'message')
    const agentHost = labHost({ messageFile, ...machine }, run)
    const messages: string[] = []
    for (const [step, flags] of this.#steps(flow, pod, repositoryId)) {
      writeFileSync(messageFile, '')
      await runAgent([step, ...argumentsOf({ ...flags, ...own }, step)], agentHost)
      messages.push(readFileSync(messageFile, 'utf8'))
    }
    rmSync(pod, { recursive: true })
    return { messages, reports: messages.map(decodeReport), calls }
  }

  #steps(flow: FlowName, pod: string, id: string): [string, Flags][] {
    const volume = join(this.folder, 'volume')
    const connection = {
      ...{ repository: this.repository, provider: this.repository.startsWith('rest:') ? 'rest' : 'local' },
      ...{ 'secret-dir': join(this.folder, 'secret'), 'scratch-dir': join(pod, 'scratch') },
    }
    const session = {
      ...{ ...connection, hostname: host, 'session-uid': sessionUid, attempt: '1' },
      ...{ 'repository-id': id, 'output-dir': join(pod, 'output') },
    }
    const status = {
      ...{ ...session, namespace: 'shop', 'repository-name': 'store', 'target-name': 'data' },
      ...{ 'invoker-kind': 'BackupConfiguration', 'invoker-name': 'data' },
    }
    const source = { 'mount-path': volume, paths: this.paths }
    const backup: [string, Flags] = ['pvc-backup', { ...session, ...source }]
    switch (flow) {
      case 'first':
        return [
          ['pvc-backup', { ...backup[1], 'repository-id': '', 'may-initialize': 'true' }],
          ['update-status', { ...status, 'repository-id': '' }],
        ]
      case 'known':
        return [backup, ['update-status', status]]
      case 'finish':
        return [['finish', { ...status, target: 'backup', paths: this.paths, cause: 'OutOfMemory' }]]
      case 'restore': {
        const place = { 'mount-path': this.target, destination: this.target, 'source-hostname': host }
        return [
          ['pvc-restore', { ...session, ...place }],
          ['update-status', { ...status, 'invoker-kind': 'RestoreSession' }],
        ]
      }
      case 'maintain': {
        const forget = JSON.stringify(this.paths.map(path => ({ host, path, policy: { keepLast: 1 } })))
        const work = { forget, check: 'true', prune: 'true', 'repository-id': id, namespace: 'shop' }
        return [['maintain', { ...connection, ...work, 'repository-name': 'store', 'output-dir': join(pod, 'output') }]]
      }
    }
  }
}

// Flags that a test adds for one step are no flags of the next.
function argumentsOf(flags: Flags, step: string): string[] {
  const entries = Object.entries(flags).filter(([name]) => !name.includes(':') || name.startsWith(`${step}:`))
  return entries.map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `--${name.replace(/^.*:/, '')}=${text}`
  })
}
