import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Opened, ReportBrowser, settled } from '../../../bench/report/browser.js'
import { contentFrom } from '../../../bench/report/demo-content.js'
import { demoFleet } from '../../../bench/report/demo-fleet.js'
import { annotations } from '../../../lib/api/group.js'
import { madeUpContent } from './made-up.js'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const demo = madeUpContent(60)
let browser: ReportBrowser

beforeAll(async () => {
  browser = await ReportBrowser.start()
})
afterAll(() => browser.close())

/** Serious and critical findings of axe, as a line each. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + node.target + ' ' + node.failureSummary)))`)
}

async function quiet({ page, requests, complaints }: Opened): Promise<void> {
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  await page.context().close()
}

describe('the page of a report', () => {
  test('needs no network, says nothing to the console and shows its sections with the problems first', async () => {
    const opened = await browser.open(demo)
    expect(await opened.page.locator('main h2').allTextContents()).toEqual([
      'Problems',
      'Coverage',
      'The week',
      'Policies and what they keep',
      'Growth and cost',
    ])
    const shown = await opened.page.locator('#problems .code').allTextContents()
    expect(new Set(shown)).toEqual(new Set(demo.problems.map(([code]) => code)))
    await quiet(opened)
  })

  test('has a policy that stops every program and connection but its own', async () => {
    const { page, complaints } = await browser.open(demo)
    await page.evaluate(`(() => {
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.intruder = 1' }))
      const image = new Image(); image.src = 'https://example.com/x.png'; document.body.append(image)
      return fetch('https://example.com/').catch(() => 'refused')
    })()`)
    expect(await page.evaluate('window.intruder')).toBeUndefined()
    const refused = complaints.filter(text => text.includes('Content Security Policy'))
    expect(refused.length).toBeGreaterThanOrEqual(3)
    await page.context().close()
  })

  test('shows names and reasons as text, whatever they look like', async () => {
    const evil = '</script><img src=x onerror="window.intruder=1"><script>window.intruder=1</script><!--'
    const objects = demoFleet(12).map(object => {
      if (object.metadata.annotations?.[annotations.exempt] === undefined) return object
      const notes = {
        ...object.metadata.annotations,
        [annotations.exempt]: evil,
        [annotations.exemptUntil]: '2027-01-31',
      }
      return { ...object, metadata: { ...object.metadata, name: `${evil}-data`, annotations: notes } }
    })
    const content = contentFrom(objects)
    const opened = await browser.open({
      ...content,
      places: [evil],
      currency: evil,
      assumptions: [[evil, evil]],
      problems: [...content.problems, ['HF5001', evil, evil, evil, evil]],
      meanings: { ...content.meanings, HF5001: evil },
      repositories: content.repositories.map(() => ({ name: evil, store: evil })),
      schedules: content.schedules.map(() => evil),
      retentions: content.retentions.map(() => evil),
    })
    expect(await opened.page.locator('header .read').textContent()).toContain(evil)
    expect(await opened.page.locator('#problems .source').allTextContents()).toContain(evil)
    await opened.page.locator('#policies tbody tr').first().click()
    expect(await opened.page.locator('dialog dd').allTextContents()).toContain(evil)
    await opened.page.keyboard.press('Escape')
    await opened.page.getByRole('combobox', { name: 'Show' }).selectOption('exempt')
    expect(await opened.page.locator('#coverage td').allTextContents()).toContain(evil)
    expect(await opened.page.evaluate('window.intruder')).toBeUndefined()
    expect(await opened.page.locator('img').count()).toBe(0)
    await quiet(opened)
  })

  test('keeps names as long as Kubernetes allows inside its columns and its details', async () => {
    const name = 'n'.repeat(253)
    const objects = demoFleet(2).map(object => ({ ...object, metadata: { ...object.metadata, name } }))
    const content = contentFrom(objects.slice(0, 3))
    const problems = content.policies.name.map(
      (each, index) =>
        [
          'HF5203',
          `BackupConfiguration ${content.namespaces[content.policies.namespace[index] ?? 0]}/${each}`,
          '',
          name,
          name,
        ] as const,
    )
    const opened = await browser.open({ ...content, problems })
    await opened.page.locator('#policies tbody tr').first().click()
    const spill = (selector: string) =>
      opened.page.evaluate<number>(`(it => it.scrollWidth - it.clientWidth)(document.querySelector('${selector}'))`)
    expect([await spill('html'), await spill('dialog')]).toEqual([0, 0])
    await quiet(opened)
  })

  test('has something to say about a fleet without policies', async () => {
    const opened = await browser.open(contentFrom([]))
    expect(await opened.page.locator('#problems .good').textContent()).toContain('No problems')
    expect(await opened.page.locator('#week .none').textContent()).toContain('Nothing runs')
    expect(await barriers(opened.page)).toEqual([])
    await quiet(opened)
  })

  test.each(['light', 'dark'] as const)('has no serious barrier for anybody in %s colours', async colorScheme => {
    const { page } = await browser.open(demo, { colorScheme })
    expect(await barriers(page)).toEqual([])
    await page.locator('#policies tbody tr').first().click()
    await page.getByText('The week as a table').dispatchEvent('click')
    expect(await barriers(page)).toEqual([])
    await page.context().close()
  })

  test('is dark when the system is, and light when the person says so', async () => {
    const { page } = await browser.open(demo, { colorScheme: 'dark' })
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    expect(await background()).toBe('rgb(18, 21, 24)')
    await page.getByRole('radio', { name: 'light' }).check({ force: true })
    expect(await background()).toBe('rgb(246, 246, 243)')
    await page.getByRole('radio', { name: 'auto' }).check({ force: true })
    expect(await background()).toBe('rgb(18, 21, 24)')
    await page.context().close()
  })

  test('prints every row, without the controls', async () => {
    const { page } = await browser.open(demo)
    const rows = page.locator('#policies tbody tr[data-index]')
    expect(await rows.count()).toBeLessThan(demo.policies.name.length)
    await page.emulateMedia({ media: 'print' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await rows.count()).toBe(demo.policies.name.length)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    await page.context().close()
  })
})

describe('the heat map', () => {
  test('has each run of the week in its cell, and lists the policies behind one', async () => {
    const { page } = await browser.open(demo)
    const index = demo.policies.paused.indexOf(0)
    const [hour = 0] = demo.weeks[demo.policies.week[index] ?? 0] ?? []
    const repository = demo.repositories[demo.policies.repository[index] ?? 0]?.name ?? ''
    const map = page.locator('.map')
    await map.focus()
    await page.keyboard.press('Home')
    for (let at = 0; at < hour; at++) await page.keyboard.press('ArrowRight')
    const readout = page.locator('.readout')
    for (let line = 0; line < 4 && !(await readout.textContent())?.includes(repository); line++) {
      await page.keyboard.press(line === 0 ? 'ArrowDown' : 'ArrowUp')
    }
    const said = /: (\d+) runs?$/.exec((await readout.textContent()) ?? '')?.[1]
    await page.getByText('The week as a table').click()
    await page.locator('details').getByRole('combobox').selectOption(repository)
    const row = page.locator('.hours tbody tr').nth(Math.floor(hour / 24))
    expect(
      await row
        .locator('td')
        .nth(hour % 24)
        .textContent(),
    ).toBe(said)
    await settled(page, async () => {
      await map.focus()
      await page.keyboard.press('Enter')
    })
    const names = await page.locator('#policies tbody tr[data-index] td:first-child').allTextContents()
    expect(names.some(name => name.includes(demo.policies.name[index] ?? '?'))).toBe(true)
    await page.context().close()
  })
})
