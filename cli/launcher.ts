import { rootCommand } from './root-command.js'
import { runProgram } from './run-program.js'
import { addSynth } from './synth/synth-command.js'

// What people wait for at every save does not wait until the source text of all other commands is read: that lies in
// a file of its own (scripts/bundle.mjs).
if (process.argv[2] === 'synth') {
  runProgram((terminal, signal) => {
    const root = rootCommand(terminal)
    addSynth(root, terminal, signal)
    return root
  })
} else void import('./main.js')
