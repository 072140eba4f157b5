import { runAgent } from './agent.js'
import { processHost } from './process-host.js'

runAgent(process.argv.slice(2), processHost()).then(code => {
  process.exitCode = code
})
