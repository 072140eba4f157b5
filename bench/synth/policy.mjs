import { synthFleet } from '../../build/constructs/synth/synth-fleet.js'
import { tree } from './tree.mjs'

// What `holdfast synth` runs in the benchmark.
const { BENCH_SIZE, BENCH_SHAPE = 'policies', BENCH_CHANGED } = process.env
synthFleet(tree(Number(BENCH_SIZE), BENCH_SHAPE, undefined, BENCH_CHANGED === 'yes'))
