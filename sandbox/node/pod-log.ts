import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { badRequest } from '../api/api-error.js'
import { allContainers, type Pod } from '../api/kinds.js'
import type { Registry } from '../api/registry.js'
import type { Reply } from '../api/reply.js'
import { type ApiRequest, isOn } from '../api/request.js'
import { sleep } from '../clock.js'
import { logFileOf, type NodeContext } from './container-run.js'

const pollEvery = 100

/** Answers `GET …/pods/{name}/log` with `container`, `follow`, `previous`, `tailLines`, `limitBytes`. Throws 400 as the kubelet does. */
export async function servePodLog(
  registry: Registry,
  context: NodeContext,
  request: ApiRequest,
  reply: Reply,
): Promise<void> {
  const pod = registry.read<Pod>(request.resource, request.namespace, request.name ?? '')
  const container = containerOf(pod, request)
  const restarts = statusOf(pod, container)?.restartCount ?? 0
  const attempt = isOn(request.query, 'previous') ? restarts - 1 : restarts
  const file = logFileOf(context, pod, container, attempt)
  if (attempt < 0 || !existsSync(file)) {
    const why = statusOf(pod, container)?.state.waiting?.reason ?? 'PodInitializing'
    throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`)
  }
  reply.start(200, { 'Content-Type': 'text/plain' })
  let sent = await readFile(file)
  reply.write(cut(context.launcher.reveal(sent.toString('utf8')), request.query))
  while (isOn(request.query, 'follow') && !reply.closed && runs(registry, pod, container)) {
    await sleep(registry.clock, pollEvery)
    const now = await readFile(file)
    reply.write(context.launcher.reveal(now.subarray(sent.length).toString('utf8')))
    sent = now
  }
  reply.end()
}

function containerOf(pod: Pod, request: ApiRequest): string {
  const names = allContainers(pod.spec).map(({ name }) => name)
  const asked = request.query.get('container') ?? ''
  if (asked !== '') {
    if (names.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`)
  }
  const [only, ...others] = pod.spec.containers
  if (only !== undefined && others.length === 0) return only.name
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`,
  )
}

function statusOf(pod: Pod, container: string) {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status
  return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container)
}

function runs(registry: Registry, pod: Pod, container: string): boolean {
  const now = registry.store.find(pod.metadata.uid) as Pod | undefined
  return now !== undefined && statusOf(now, container)?.state.running !== undefined
}

function cut(text: string, query: URLSearchParams): string {
  const lines = query.get('tailLines')
  const bytes = query.get('limitBytes')
  const end = text.endsWith('\n') ? '\n' : ''
  const kept = lines === null ? text : `${text.trimEnd().split('\n').slice(-Number(lines)).join('\n')}${end}`
  return bytes === null ? kept : kept.slice(0, Number(bytes))
}
