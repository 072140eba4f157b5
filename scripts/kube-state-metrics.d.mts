/**
 * kube-state-metrics. It is built the first time, which takes two cores some minutes, and again when its version has
 * changed. Throws what Go says is wrong.
 */
export function kubeStateMetrics(): string
