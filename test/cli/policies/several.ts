import { ApiObject, App, Chart } from 'cdk8s'
import { synthFleet } from '../../../constructs/index.js'

// Two apps that write, one by cdk8s’ own method, and then whatever the environment asks for.
const how = process.env['POLICY_END'] ?? ''
const app = (id: string, name: string) => {
  const made = new App()
  const chart = new Chart(made, id, { namespace: 'shop' })
  new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { team: 'Blue' } } })
  return made
}
app('first', 'a').synth()
await new Promise(resolve => setTimeout(resolve, 10))
synthFleet(app(how === 'clash' ? 'first' : 'second', 'b'))
if (how === 'throw') throw new Error('the last line is wrong')
if (how === 'reject') void Promise.reject(new Error('nobody waited'))
if (how === 'exit') process.exit(3)
if (how === 'kill') process.kill(process.pid, 'SIGKILL')
if (how === 'hang') await new Promise(() => undefined)
