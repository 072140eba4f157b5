import type { Fault } from './fault.js'
import { moverFaults } from './mover-faults.js'
import { objectFaults } from './object-faults.js'
import { programFaults } from './program-faults.js'
import { storeFaults } from './store-faults.js'
import { systemFaults } from './system-faults.js'

/** Every fault of programs, processes and pods. */
export const catalogue: readonly Fault[] = [
  ...systemFaults,
  ...moverFaults,
  ...objectFaults,
  ...programFaults,
  ...storeFaults,
]

/**
 * What a run without HOLDFAST_FAULTS=all injects: the loss of every program that a session passes through, once, from
 * etcd to the store. Left out are further ways to lose the same mover, programs that only matter while a pod starts,
 * what takes more than a minute, and deletions, which test/cluster/objects has of every kind.
 */
const representative = ['controller', 'mover', 'kube-apiserver', 'etcd', 'kubelet', 'containerd', 'store']

/** The faults of this run. */
export function chosenFaults(): readonly Fault[] {
  if (process.env['HOLDFAST_FAULTS'] === 'all') return catalogue
  return catalogue.filter(fault => representative.includes(fault.of))
}
