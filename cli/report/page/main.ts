import type { ReportContent } from '../content.js'
import { claimTable } from './claim-table.js'
import { CoveragePicture } from './coverage-picture.js'
import { element, place } from './element.js'
import { everything, type Filter, select } from './filter.js'
import { FilterBar } from './filter-bar.js'
import { GrowthPicture } from './growth-picture.js'
import { PolicyDetail } from './policy-detail.js'
import { policyTable } from './policy-table.js'
import { ProblemList } from './problem-list.js'
import { rowsOf } from './rows.js'
import { themeChoice } from './theme.js'
import { tiles } from './tiles.js'
import { WeekMap } from './week-map.js'

/** Pictures follow a pause in typing; tables and counts follow each key. */
const pause = 140

function start(): void {
  const content: ReportContent = JSON.parse(place('content').textContent ?? '')
  const rows = rowsOf(content)
  const parts = {
    problems: new ProblemList(rows),
    coverage: new CoveragePicture(),
    claims: claimTable(rows),
    week: new WeekMap(rows, picked => bar.pick(picked)),
    detail: new PolicyDetail(rows),
    policies: policyTable(rows, policy => parts.detail.open(policy)),
    growth: new GrowthPicture(rows),
  }
  let wanted: Filter = everything
  let frame = 0
  let timer = 0

  const showTables = () => {
    frame = 0
    const selection = select(rows, wanted)
    bar.say(selection)
    place('tiles').replaceChildren(...tiles(rows, selection))
    parts.problems.show(selection.problems)
    parts.claims.show(selection.claims)
    parts.policies.show(selection.policies)
    return selection
  }
  const showPictures = () => {
    const selection = select(rows, wanted)
    parts.coverage.show(selection.claims)
    parts.week.show(selection.policies)
    parts.growth.show(selection.policies)
    document.documentElement.dataset['settled'] = String(++settled)
  }
  let settled = 0
  const bar = new FilterBar(rows, filter => {
    wanted = filter
    if (frame === 0) frame = requestAnimationFrame(showTables)
    clearTimeout(timer)
    timer = setTimeout(showPictures, pause)
  })

  place('themes').append(themeChoice())
  place('filter').append(bar.element)
  place('problems-place').append(parts.problems.element)
  place('coverage-place').append(parts.coverage.element, parts.claims.element)
  place('week-place').append(parts.week.element)
  place('policies-place').append(parts.policies.element)
  place('growth-place').append(parts.growth.element)
  document.body.append(parts.detail.element)
  place('assumptions').append(
    ...content.assumptions.flatMap(([name, sentence]) => [element('dt', {}, name), element('dd', {}, sentence)]),
  )
  showTables()
  showPictures()
}

start()
