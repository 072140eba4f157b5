import { describe, expect, test } from '@jest/globals'
import { acceptedFormat } from '../../../runtime/controller/accepted-format.js'

const newest = 'application/openmetrics-text;version=1.0.0'
const asked: readonly [string, string | undefined, 'openmetrics' | 'prometheus'][] = [
  ['Prometheus 2.53', `${newest};q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3`, 'openmetrics'],
  [
    'Prometheus 3',
    `${newest};escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    'openmetrics',
  ],
  [
    'a Prometheus that asks for protocol buffers first',
    `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,${newest};q=0.6,text/plain;version=0.0.4;q=0.5`,
    'openmetrics',
  ],
  ['a Prometheus that was told to prefer text', `text/plain;version=0.0.4;q=0.5,${newest};q=0.4`, 'prometheus'],
  [
    'an old Prometheus',
    'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'prometheus',
  ],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'prometheus'],
  ['curl', '*/*', 'prometheus'],
  ['nobody', undefined, 'prometheus'],
  ['somebody who is silent', '', 'prometheus'],
  ['a person', 'application/openmetrics-text', 'openmetrics'],
  ['a person who quotes', 'Application/OpenMetrics-Text; Version="1.0.0"; charset=utf-8', 'openmetrics'],
  ['somebody who does not want it', `${newest};q=0`, 'prometheus'],
  ['somebody who wants only what there is not', 'application/json', 'prometheus'],
  ['somebody who writes nonsense', ';;q=x,=,application/openmetrics-text;q=much', 'prometheus'],
]

describe('the format of a scrape', () => {
  test.each(asked)('is, for %s, what the Accept header likes best', (_, accept, format) => {
    expect(acceptedFormat(accept)).toBe(format)
  })

  test('is the first of two that are liked alike', () => {
    expect(acceptedFormat(`text/plain,${newest}`)).toBe('prometheus')
    expect(acceptedFormat(`${newest},text/plain`)).toBe('openmetrics')
  })
})
