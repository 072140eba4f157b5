import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Opened, ReportBrowser, settled } from '../../../bench/report/browser.js'
import { madeUpContent } from './made-up.js'

const content = madeUpContent(5000)
let browser: ReportBrowser
let opened: Opened
let page: Page

beforeAll(async () => {
  browser = await ReportBrowser.start()
  opened = await browser.open(content)
  page = opened.page
})
afterAll(() => browser.close())

const rows = (section: string) => page.locator(`#${section} tbody tr[data-index]`)
const grid = (section: string) => page.locator(`#${section} [role=grid]`)

describe('a report of 5 000 policies', () => {
  test('has them all in its table, and few of them in the document', async () => {
    expect(await grid('policies').getAttribute('aria-rowcount')).toBe(String(content.policies.name.length + 1))
    expect(await rows('policies').count()).toBeLessThan(60)
    expect(await page.locator('*').count()).toBeLessThan(6000)
  })

  test('narrows everything to what is typed, and says how much that is', async () => {
    const wanted = content.policies.name.filter((name, index) => {
      const namespace = content.namespaces[content.policies.namespace[index] ?? -1] ?? ''
      return `${namespace}/${name}`.includes('ledger-3/redis')
    })
    await settled(page, () => page.getByLabel('Find').fill('ledger-3/redis'))
    const names = await rows('policies').locator('td:first-child').allTextContents()
    expect(names.length).toBe(wanted.length)
    expect(names.every(name => name.startsWith('ledger-3/redis'))).toBe(true)
    expect(await page.locator('.found').textContent()).toContain(`${wanted.length} polic`)
    await settled(page, () => page.getByRole('button', { name: 'Clear' }).click())
    expect(await page.locator('.found').textContent()).toContain('5,002 policies')
  })

  test('is walked with the keyboard alone: filter, sort, rows, details and back', async () => {
    await page.keyboard.press('Escape')
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('filter-text')
    await grid('policies').getByRole('button', { name: 'Schedule' }).focus()
    await page.keyboard.press('Enter')
    const sorted = grid('policies').locator('th', { hasText: 'Schedule' })
    expect(await sorted.getAttribute('aria-sort')).toBe('ascending')
    await page.keyboard.press('Enter')
    expect(await sorted.getAttribute('aria-sort')).toBe('descending')
    for (let at = 0; at < 5; at++) await page.keyboard.press('Tab')
    for (const key of ['ArrowDown', 'ArrowDown', 'PageDown', 'End']) await page.keyboard.press(key)
    const last = String(content.policies.name.length + 1)
    expect(await page.evaluate('document.activeElement.getAttribute("aria-rowindex")')).toBe(last)
    const name = await page.evaluate<string>('document.activeElement.cells[0].textContent')
    await page.keyboard.press('Enter')
    expect(name).toContain((await page.locator('dialog h2').textContent()) ?? '?')
    await page.keyboard.press('Escape')
    expect(await page.evaluate('document.activeElement.getAttribute("aria-rowindex")')).toBe(last)
  })

  test('follows the scroll to any row', async () => {
    await page.evaluate(`document.querySelector('#policies .window').scrollTop = 2500 * 40`)
    await page.locator('#policies tr[data-index="2500"]').waitFor()
    expect(await rows('policies').count()).toBeLessThan(60)
  })

  test('has the same number of runs in the heat map as the schedules have', async () => {
    const runs = content.policies.week.reduce((sum, week, index) => {
      if (content.policies.paused[index] === 1) return sum
      return sum + (content.weeks[week] ?? []).filter((_, at) => at % 2 === 1).reduce((a, b) => a + b, 0)
    }, 0)
    const tile = page.locator('.tile', { hasText: 'Runs in the week' }).locator('strong')
    expect(await tile.textContent()).toBe(new Intl.NumberFormat('en-GB').format(runs))
    expect(opened.complaints).toEqual([])
    expect(opened.requests).toEqual([])
  })
})
