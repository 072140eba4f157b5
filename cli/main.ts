import { program } from './program.js'
import { runProgram } from './run-program.js'

runProgram(program)
