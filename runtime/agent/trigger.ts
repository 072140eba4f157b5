import { annotations, apiGroup, apiVersion, labels, managedBy } from '../../lib/api/group.js'
import { labelValue, manualSessionName, sessionName, slotOfJob } from '../../lib/names.js'
import { sleep } from '../kube/clock.js'
import { type ApiAnswer, createObject, inClusterApi } from './create-object.js'
import { messageOf } from './failure.js'
import type { Flags } from './flags.js'
import type { AgentHost } from './host.js'
import { logLine } from './log-line.js'

const patienceMilliseconds = 60_000
const firstPause = 500
const longestPause = 10_000

/**
 * Creates the BackupSession of the minute that this pod’s CronJob Job was made for, or a manual one when a person made
 * the Job. The name is a function of both, so a pod that runs twice meets “already exists”. Gives the exit code.
 */
export async function trigger(flags: Flags, host: AgentHost): Promise<number> {
  const session = sessionOf(flags)
  const namespace = flags.text('namespace')
  const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/backupsessions`
  const object = `BackupSession ${namespace}/${session.metadata.name}`
  const give = host.clock.now() + patienceMilliseconds
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const answer = await attempt(path, session, host)
    if (answer.status === 201) return say(host, `${object} created`)
    if (answer.status === 409 && answer.reason === 'AlreadyExists')
      return say(host, `${object} already exists: nothing to do`)
    if (!isPassing(answer) || host.clock.now() + pause > give) return complain(host, object, answer)
    host.error(`${object}: ${answer.message}; trying again`)
    await sleep(host.clock, (answer.retryAfterSeconds ?? 0) * 1000 || pause * (0.5 + host.random() / 2))
  }
}

/** The session that a trigger asks for: of the slot that its Job stands for, or one made by hand. */
export function sessionOf(flags: Flags) {
  const [configuration, job, cronJob] = [flags.text('configuration'), flags.text('job-name'), flags.text('cron-job')]
  const slot = slotOfJob(job, cronJob)
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: {
      name: slot === undefined ? manualSessionName(configuration, job) : sessionName(configuration, slot),
      namespace: flags.text('namespace'),
      labels: { [labels.managedBy]: managedBy, [labels.configuration]: labelValue(configuration) },
      ...(slot === undefined
        ? {}
        : { annotations: { [annotations.scheduledAt]: slot.toISOString().replace('.000Z', 'Z') } }),
    },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name: configuration } },
  }
}

// 0 stands for an API server that did not answer.
const isPassing = ({ status }: ApiAnswer) => status === 0 || status === 429 || status >= 500

async function attempt(path: string, body: unknown, host: AgentHost): Promise<ApiAnswer> {
  try {
    return await createObject(host, inClusterApi(host.env), path, body)
  } catch (error) {
    return { status: 0, reason: '', message: messageOf(error) }
  }
}

function say(host: AgentHost, text: string): number {
  host.log(logLine(host.clock, 'trigger', 'info', text))
  return 0
}

function complain(host: AgentHost, object: string, { status, message }: ApiAnswer): number {
  const code = status === 0 ? 'the API server did not answer' : `the API server answered ${status}`
  host.error(logLine(host.clock, 'trigger', 'error', `${object} was not created: ${code}: ${message}`))
  return 1
}
