import { App, Chart } from 'cdk8s'
import { Backend, Fleet, PolicyDefaults, Repository } from 'holdfast'
import { archive } from '../teams/archive.js'
import { blog } from '../teams/blog.js'
import { shop } from '../teams/shop.js'
import { companyRules, waivers } from './rules.js'

/** Every backup policy of the company, and the proof that no volume is forgotten. */
export function backups(): App {
  const app = new App()
  // For every policy of every team.
  new PolicyDefaults(app, 'company', { labels: { 'example.com/managed-by': 'platform-team' } })
  for (const team of [shop, blog, archive]) {
    const chart = new Chart(app, team.namespace, { namespace: team.namespace })
    const repository = new Repository(chart, 'offsite', {
      backend: Backend.s3({
        endpoint: 'https://s3.eu-central-1.example.com',
        bucket: 'company-backups',
        prefix: team.namespace,
        secretName: 'backup-keys',
      }),
    })
    team.policies(new PolicyDefaults(chart, 'team', { repository, readAs: team.readAs }))
  }
  new Fleet(app, 'fleet', { manifests: ['apps'], rules: companyRules, waivers })
  return app
}
