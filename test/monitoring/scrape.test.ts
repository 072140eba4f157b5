import { expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { controllerTarget, pushgatewayTarget, scrapeConfigs } from '../../lib/monitoring/scrape-config.js'
import { promtool } from './promtool.js'

const jobs = scrapeConfigs('holdfast-system', [controllerTarget, pushgatewayTarget], '30s')

test('the scrape jobs are a configuration that Prometheus accepts, on their own and as an included file', () => {
  const files = {
    'prometheus.yml': stringify({ scrape_config_files: ['holdfast.scrape.yaml'] }),
    'holdfast.scrape.yaml': stringify({ scrape_configs: jobs }),
    'whole.yml': stringify({ scrape_configs: jobs }),
  }
  for (const file of ['prometheus.yml', 'whole.yml'])
    expect(promtool(['check', 'config', file], files)).toMatchObject({ ok: true })
})
