import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Container, ContainerStatus } from '../api/kinds.js'

const perContainer = 4096
const perPod = 12_288
const fromLog = 2048

/** What a container left behind, as the kubelet reads it: the last 4096 bytes of its file, else of its log if so asked. */
export function readTerminationMessage(
  container: Container,
  messageFile: string,
  logFile: string,
  exitCode: number,
): string {
  const message = lastBytes(messageFile, perContainer)
  const fallback = container.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0
  if (message !== '' || !fallback) return message
  const lines = readFileSync(logFile, 'utf8').split('\n').slice(-80).join('\n')
  return lines.length > fromLog ? lines.slice(-fromLog) : lines
}

/** Cuts messages so that all containers of a pod stay within 12 288 bytes: each gets the same share. */
export function withinBudget(statuses: readonly ContainerStatus[], containers: number): ContainerStatus[] {
  const share = Math.floor(perPod / Math.max(containers, 1))
  return statuses.map(status => {
    const { terminated } = status.state
    if (terminated?.message === undefined || Buffer.byteLength(terminated.message) <= share) return status
    const message = Buffer.from(terminated.message).subarray(0, share).toString('utf8')
    return { ...status, state: { terminated: { ...terminated, message } } }
  })
}

function lastBytes(path: string, most: number): string {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(size, most))
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8')
  } finally {
    closeSync(file)
  }
}
