import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { compareFiles, writeFiles } from '../../../constructs/synth/write-files.js'
import { steppingDisk } from './stepping-disk.js'
import { newFiles, oldFiles } from './two-states.js'
import { inTemporaryFolder, textsIn } from './written.js'

/** A project with an output folder that holds the old files and a foreign one; gives what the work left behind. */
function inProject<T>(work: (outdir: string, project: string) => T): T {
  return inTemporaryFolder(project => {
    const outdir = join(project, 'dist')
    mkdirSync(outdir)
    writeFileSync(join(outdir, 'README.md'), 'mine\n')
    writeFiles(outdir, oldFiles, { project })
    return work(outdir, project)
  })
}

const after = (files: typeof oldFiles) =>
  inProject((outdir, project) => {
    writeFiles(outdir, files, { project })
    return textsIn(project)
  })
const [oldState, newState] = [after(oldFiles), after(newFiles)]

/** Steps that a whole synth takes. */
const steps = inProject((outdir, project) => {
  const counting = steppingDisk(Number.POSITIVE_INFINITY)
  writeFiles(outdir, newFiles, { project, disk: counting })
  return counting.steps
})

describe('a synth that is interrupted', () => {
  test('before any step is finished or undone by the next, also when that is interrupted too', () => {
    expect(steps).toBeGreaterThan(15)
    const outcomes = new Set<string>()
    for (let step = 0; step < steps; step++) {
      for (let second = 0; second < steps; second++) {
        const recovering = inProject((outdir, project) => {
          expect(() => writeFiles(outdir, newFiles, { project, disk: steppingDisk(step) })).toThrow('has ended')
          // The next synth is of the old state again, so that a half-done mixture cannot be taken for its own work.
          const next = steppingDisk(second)
          try {
            writeFiles(outdir, oldFiles, { project, disk: next })
          } catch {
            writeFiles(outdir, oldFiles, { project })
          }
          expect(textsIn(project)).toEqual(oldState)
          expect(readdirSync(join(outdir, '.holdfast-synth'))).toEqual(['files'])
          return next.steps
        })
        if (recovering < second) break
      }
      outcomes.add(JSON.stringify(recovered(step)))
    }
    expect(outcomes).toEqual(new Set([JSON.stringify(oldState), JSON.stringify(newState)]))
  }, 60_000)

  test('by SIGKILL leaves every file whole, and is finished by the next', () => {
    for (const step of [4, Math.floor(steps / 2) + 2, steps - 2]) {
      inProject((outdir, project) => {
        const script = join(import.meta.dirname, 'interrupted.ts')
        const { signal } = spawnSync(process.execPath, ['--import', 'tsx', script, outdir, String(step)], {
          cwd: resolve(import.meta.dirname, '../../..'),
        })
        expect(signal).toBe('SIGKILL')
        const texts = textsIn(project)
        for (const name of ['dist/a.k8s.yaml', 'holdfast.lock'])
          expect([oldState[name], newState[name]]).toContain(texts[name])
        expect(compareFiles(outdir, oldFiles, { project })).toContainEqual({
          base: 'output',
          path: '.holdfast-synth/journal',
          change: 'removed',
        })
        writeFiles(outdir, newFiles, { project })
        expect(textsIn(project)).toEqual(newState)
      })
    }
  })

  test('and may still be at work in another process keeps the next away', () => {
    inProject((outdir, project) => {
      expect(() => writeFiles(outdir, newFiles, { project, disk: steppingDisk(6) })).toThrow('has ended')
      const path = join(outdir, '.holdfast-synth/journal')
      const journal = JSON.parse(textsIn(project)['dist/.holdfast-synth/journal'] ?? '')
      writeFileSync(path, JSON.stringify({ ...journal, process: process.ppid }))
      expect(() => writeFiles(outdir, newFiles, { project })).toThrow(`HF6002 ${outdir}: process ${process.ppid} is`)
    })
  })
})

/** The state after an interruption before `step` and a synth that only recovers. */
function recovered(step: number): Record<string, string> {
  return inProject((outdir, project) => {
    expect(() => writeFiles(outdir, newFiles, { project, disk: steppingDisk(step) })).toThrow('has ended')
    const foreign = { base: 'output', path: 'README.md', content: Buffer.from('x'), construct: 'x' } as const
    // Recovers, and then refuses the foreign file before it changes anything.
    expect(() => writeFiles(outdir, [foreign], { project })).toThrow('HF6002')
    return textsIn(project)
  })
}
