import { goProgram } from './go-program.mjs'

/** The program that holds the engines of Argo CD and Flux. Throws what Go says is wrong with it. */
export function gitopsEngines() {
  return goProgram({
    name: 'gitops',
    title: 'the engines of Argo CD and Flux',
    folder: 'test/gitops',
    target: '.',
    // They are written for it; the installed Go fetches it.
    toolchain: 'go1.27.0',
  })
}
