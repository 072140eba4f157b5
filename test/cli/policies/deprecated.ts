import { App, Chart } from 'cdk8s'
import { Backend, CheckedConstruct, Repository } from '../../../constructs/index.js'

const app = new App()
const chart = new Chart(app, 'shop', { namespace: 'shop' })

/** A construct with something deprecated about it. */
class Old extends CheckedConstruct {
  protected findProblems() {
    return []
  }

  protected override findWarnings() {
    return [{ code: 'HF1010' as const, object: this.node.path, path: 'spec.old', message: 'is deprecated' }]
  }
}

new Old(chart, 'old')
new Repository(chart, 'store', { backend: Backend.local({ claimName: 'store', secretName: 'keys' }) })
app.synth()
