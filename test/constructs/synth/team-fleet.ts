import { ApiObject, App, Chart } from 'cdk8s'

/** One object of a namespace. */
export function plain(chart: Chart, id: string, kind: string, name: string, labels: Record<string, string> = {}) {
  return new ApiObject(chart, id, {
    apiVersion: kind === 'Namespace' ? 'v1' : 'apps/v1',
    kind,
    metadata: { name, labels },
  })
}

/** Namespaces with so many policies each; a policy is two objects of one name. */
export function fleet(namespaces: Readonly<Record<string, number>>): App {
  const app = new App()
  const cluster = new Chart(app, 'cluster')
  for (const [namespace, count] of Object.entries(namespaces)) {
    plain(cluster, `ns-${namespace}`, 'Namespace', namespace, { team: `Team ${namespace[0]}` })
    const chart = new Chart(app, namespace, { namespace })
    for (let index = 0; index < count; index++) {
      plain(chart, `deployment-${index}`, 'Deployment', `app-${index}`)
      plain(chart, `job-${index}`, 'CronJob', `app-${index}`)
    }
  }
  return app
}
