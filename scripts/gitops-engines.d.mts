/**
 * The program that holds the engines of Argo CD and Flux (test/gitops). It is built the first time, which takes two
 * cores some minutes, and again when its source has changed. Throws what Go says is wrong.
 */
export function gitopsEngines(): string
