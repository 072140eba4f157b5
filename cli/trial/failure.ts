import type { SessionView } from '../cluster/timeline.js'
import type { Terminal } from '../display/terminal.js'
import type { Stage } from './stage.js'

const lines = 8

/** Shows what the steps of a failed session said last, and where the controller’s log is. */
export async function showFailure(stage: Stage, { pod }: SessionView, terminal: Terminal): Promise<void> {
  const containers = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])]
  for (const { name, state } of containers) {
    if (pod === undefined || state?.waiting !== undefined) continue
    const { namespace = '', name: podName } = pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${podName}/log?container=${name}&tailLines=${lines}`
    const answer = await fetch(stage.sandbox.url + path)
    const text = (await answer.text()).trimEnd()
    if (!answer.ok || text === '') continue
    terminal.title(`Log of ${name}`)
    for (const line of text.split('\n')) terminal.line(`  ${terminal.colours.dim(line)}`)
  }
}
