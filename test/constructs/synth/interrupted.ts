import { kill, pid } from 'node:process'
import { writeFiles } from '../../../constructs/synth/write-files.js'
import { steppingDisk } from './stepping-disk.js'
import { newFiles } from './two-states.js'

// A process that is killed before one step of writing. Arguments: the folder, the step.
const [, , folder = '', step = ''] = process.argv
writeFiles(folder, newFiles, { project: `${folder}/..`, disk: steppingDisk(Number(step), () => kill(pid, 'SIGKILL')) })
