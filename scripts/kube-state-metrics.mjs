import { goProgram } from './go-program.mjs'

/** kube-state-metrics, built from its module. Throws what Go says is wrong with it. */
export function kubeStateMetrics() {
  return goProgram({
    name: 'kube-state-metrics',
    title: 'kube-state-metrics',
    folder: 'test/monitoring/kube-state-metrics',
    target: 'k8s.io/kube-state-metrics/v2',
    // A newer Go than the machine’s is fetched where it needs one.
    toolchain: 'auto',
  })
}
