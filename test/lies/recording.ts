import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import type { FlowName } from './flow.js'
import type { Said } from './said.js'

/** What restic said in one call, as texts without the folder that it ran over. */
export interface RecordedCall {
  readonly key: string
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** Troubles that a true restic has: what it says, and with which exit code. */
export const troubles = [
  'absent',
  'locked',
  'wrong password',
  'unreadable',
  'exists already',
  'nothing listed',
] as const
export type Trouble = (typeof troubles)[number]

export interface Recording {
  readonly restic: string
  readonly repositoryId: string
  readonly flows: Readonly<Record<FlowName, readonly RecordedCall[]>>
  readonly troubles: Readonly<Record<Trouble, RecordedCall>>
}

export const recordingFile = join(root, 'test/lies/recording.json')
export const readRecording = (): Recording => JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording

const places = ['{{folder}}', '{{folder, encoded}}'] as const
const placesOf = (folder: string) => [folder, encodeURIComponent(folder)] as const

/** A recorded text for another folder. */
export function placed(text: string, folder: string): string {
  return placesOf(folder).reduce((rest, place, index) => rest.replaceAll(places[index] ?? '', place), text)
}

/** A text without its folder. */
export function unplaced(text: string, folder: string): string {
  return placesOf(folder).reduce((rest, place, index) => rest.replaceAll(place, places[index] ?? ''), text)
}

/** A recorded call as something to say again, in another folder. */
export const saidAgain = ({ stdout, stderr, code }: RecordedCall, folder: string): Said => ({
  stdout: Buffer.from(placed(stdout, folder)),
  stderr: Buffer.from(placed(stderr, folder)),
  code,
})
