import { writeFileSync } from 'node:fs'
import { expect, jest, test } from '@jest/globals'
import { flowNames } from './flow.js'
import { record } from './recorder.js'
import { type RecordedCall, type Recording, readRecording, recordingFile } from './recording.js'

jest.setTimeout(120_000)

/** What does not differ from run to run: commands, exit codes, kinds of messages and their fields. */
function shapeOf({ flows, troubles, restic }: Recording) {
  const shape = ({ key, code, stdout, stderr }: RecordedCall) => ({
    key,
    code,
    stdout: blank(stdout),
    stderr: blank(stderr),
  })
  return {
    restic,
    flows: flowNames.map(flow => ({ flow, calls: flows[flow].map(shape) })),
    troubles: Object.entries(troubles).map(([trouble, call]) => ({ trouble, ...shape(call) })),
  }
}

// Progress comes or not as the machine is fast or slow, and a fraction loses its last digits where they are zeros.
const blank = (text: string) =>
  text
    .split('\n')
    .filter(line => !line.startsWith('{"message_type":"status"'))
    .join('\n')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\d+\.\d+/g, 'N')
    .replace(/[0-9a-f]{8,}/g, 'HEX')
    .replace(/\d+(\.\d+)?/g, 'N')
    .replace(/"username":"[^"]*"/g, '"username":""')
    .replace(/(PID|pid) N on \S+ by \S+ \(.*?\)|lock was created at .*?ago|\(N[a-zµ]+ ago\)/g, '')
    .replace(/(N[a-zµ]+)+/g, 'N')

// To make it anew after an upgrade of restic: HOLDFAST_RECORD=1 npm run jest -- test/lies/recording.test.ts
test('the recorded words are those of the restic that movers run', async () => {
  const recorded = await record()
  if (process.env['HOLDFAST_RECORD'] === '1')
    writeFileSync(recordingFile, `${JSON.stringify(recorded, undefined, 2)}\n`)
  expect(shapeOf(readRecording())).toEqual(shapeOf(recorded))
})
