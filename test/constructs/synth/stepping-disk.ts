import { type Disk, disk } from '../../../constructs/synth/disk.js'

/** A disk whose process “ends” before step number `last`: from then on nothing reaches it any more. */
export function steppingDisk(last: number, end: () => void = () => undefined): Disk & { readonly steps: number } {
  let steps = 0
  const step = <Arguments extends unknown[]>(work: (...given: Arguments) => void) => {
    return (...given: Arguments): void => {
      if (steps === last) end()
      if (steps >= last) throw new Error('the process has ended')
      steps += 1
      work(...given)
    }
  }
  return {
    makeFolder: step(disk.makeFolder),
    create: step(disk.create),
    replace: step(disk.replace),
    remove: step(disk.remove),
    removeFolder: step(disk.removeFolder),
    get steps() {
      return steps
    },
  }
}
