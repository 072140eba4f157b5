import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { dashboard, dashboardFile, dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import { root } from '../../scripts/tools.mjs'
import { schemaComplaints } from './grafana-schema.js'
import { promtool } from './promtool.js'

describe('the dashboard', () => {
  test('is one that Grafana’s own schema knows', () => {
    expect(schemaComplaints(dashboardFile())).toBe('')
  })

  test('is the file in docs', () => {
    expect(readFileSync(join(root, 'docs/grafana-dashboard.json'), 'utf8')).toBe(dashboardFile())
  })

  test('would not pass with a field, a value or a type that Grafana does not know', () => {
    const broken = dashboardFile()
      .replace('"mode": "absolute"', '"mode": "absolutely"')
      .replace('"h": 4', '"h": "four"')
      .replace('"cellHeight": "sm"', '"cellHeight": "tiny"')
      .replace('"drawStyle"', '"drawnStyle"')
    const said = schemaComplaints(broken)
    expect(schemaComplaints(dashboardFile().replace('"tags"', '"tag"'))).toContain('"tag"')
    for (const word of ['absolutely', "to type 'number'", 'tiny', 'drawnStyle']) expect(said).toContain(word)
  })

  test('asks only what Prometheus can read', () => {
    const rules = dashboardQueries().map((expr, index) => ({ record: `panel:${index}`, expr }))
    const file = stringify({ groups: [{ name: 'panels', rules }] })
    const { output } = promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': file })
    expect(output).toContain(`${rules.length} rules found`)
    expect(output).not.toContain('FAILED')
  })

  test('has a question for a title in every panel, and an explanation', () => {
    const panels = dashboard().panels.flatMap(panel => (panel.type === 'row' ? [] : [panel]))
    expect(panels.length).toBeGreaterThan(20)
    for (const { title, description } of panels) {
      expect(title).toMatch(/\?$/)
      expect(description).toMatch(/\.$/)
    }
  })

  test('puts no panel over another, and gives each a number of its own', () => {
    const { panels } = dashboard()
    const taken = new Set<string>()
    for (const { gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`)).toBe(false)
          taken.add(`${x},${y}`)
        }
      }
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    }
    expect(new Set(panels.map(each => each.id)).size).toBe(panels.length)
  })
})
