import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { demoFleet } from '../../../bench/report/demo-fleet.js'
import { Terminal } from '../../../cli/display/terminal.js'
import type { ReportContent } from '../../../cli/report/content.js'
import { embeddedJson } from '../../../cli/report/document.js'
import { type ReportOptions, report } from '../../../cli/report/report.js'
import { inFolder } from '../command.js'

/** A folder with a fleet in YAML, and what the command says about it. */
function withFleet<T>(
  work: (run: (options?: Partial<ReportOptions>) => Promise<string>, folder: string) => Promise<T>,
  screen: { readonly isTTY?: boolean; readonly columns?: number } = {},
) {
  return inFolder(async folder => {
    const objects = demoFleet(20).map(object => JSON.stringify(object))
    writeFileSync(join(folder, 'fleet.yaml'), objects.join('\n---\n'))
    const run = async (options: Partial<ReportOptions> = {}) => {
      let said = ''
      const output = join(folder, 'report.html')
      const all = { output, today: '2026-11-22', size: '10Gi', churn: '2%', ...options }
      const terminal = new Terminal({ ...screen, write: text => (said += text) }, {})
      await report([join(folder, 'fleet.yaml')], all, terminal, new AbortController().signal)
      return said
    }
    return work(run, folder)
  })
}

function contentIn(html: string): ReportContent {
  const [, text = ''] = /<script type="application\/json" id="content">(.*?)<\/script>/.exec(html) ?? []
  return JSON.parse(text)
}

describe('holdfast report', () => {
  test('writes one file, the same bytes each time, and says what is in it', () =>
    withFleet(async (run, folder) => {
      const said = await run()
      const first = readFileSync(join(folder, 'report.html'), 'utf8')
      await run()
      expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(first)
      expect(said).toMatch(/report\.html {2}[\d.]+ KiB: 22 policies, 24 claims, \d+ problems/)
      expect(readdirSync(folder).sort()).toEqual(['fleet.yaml', 'report.html'])
    }))

  test('names no address outside the file that a browser would go to', () =>
    withFleet(async (run, folder) => {
      await run()
      const html = readFileSync(join(folder, 'report.html'), 'utf8')
      const markup = html.replace(/(<script[^>]*>).*?<\/script>/gs, '$1')
      expect(markup.match(/<(link|img|iframe|object|embed)\b|\bsrc=|url\(|@import/gi)).toBeNull()
    }))

  test('judges exemptions at the date it is given', () =>
    withFleet(async (run, folder) => {
      const problemsAt = async (today: string) => {
        await run({ today })
        const { problems } = contentIn(readFileSync(join(folder, 'report.html'), 'utf8'))
        return problems.filter(([code]) => code === 'HF5103').length
      }
      expect(await problemsAt('2028-01-01')).toBeGreaterThan(await problemsAt('2026-01-01'))
    }))

  test('shows a file that is no YAML among the problems', () =>
    withFleet(async (run, folder) => {
      writeFileSync(join(folder, 'fleet.yaml'), 'kind: [\n')
      await run()
      const { problems } = contentIn(readFileSync(join(folder, 'report.html'), 'utf8'))
      expect(problems.map(([code]) => code)).toEqual(['HF5001'])
    }))

  test('takes a price table of one’s own', () =>
    withFleet(async (run, folder) => {
      const prices = join(folder, 'prices.yaml')
      const table = { name: 'ours', source: 'the contract', asOf: '2026-11', currency: 'EUR', storagePerGiBMonth: 1 }
      const rest = { putPer1000: 0, getPer1000: 0, listPer1000: 0, egressPerGiB: 0 }
      writeFileSync(prices, JSON.stringify({ ...table, ...rest }))
      await run({ prices })
      const { currency, policies } = contentIn(readFileSync(join(folder, 'report.html'), 'utf8'))
      expect(currency).toBe('EUR')
      expect(policies.requests.every(cost => cost === 0)).toBe(true)
    }))

  test.each([
    [{ today: '2026-02-30' }, '--today 2026-02-30: there is no such date; write it as 2026-11-22'],
    [{ size: '10 gigs' }, "--size: quantity '10 gigs' cannot be read"],
    [{ churn: '0.02' }, '--churn 0.02: expected a share of the volume from 0% to 100%, such as 2%'],
    [{ prices: 'nowhere.json' }, '--prices nowhere.json '],
  ])('writes nothing for %j and says why', (options, message) =>
    withFleet(async (run, folder) => {
      await expect(run(options)).rejects.toThrow(message)
      expect(existsSync(join(folder, 'report.html'))).toBe(false)
    }),
  )

  test('says what it is at on a terminal, and leaves nothing of that behind', () =>
    withFleet(
      async run => {
        const said = await run()
        for (const work of ['reading manifests', 'checking 22 policies', 'writing the page']) {
          expect(said).toContain(`… ${work}`)
        }
        const shown = said.split('\r\u001b[2K').at(-1)
        expect(shown).toContain('report.html')
        expect(shown).not.toContain('…')
      },
      { isTTY: true, columns: 80 },
    ))

  test('writes to standard output, and nothing else there', () =>
    withFleet(async (run, folder) => {
      const said = await run({ output: '-' })
      expect(said).toMatch(/^<!doctype html>.*<\/html>\n$/s)
      expect(readdirSync(folder)).toEqual(['fleet.yaml'])
    }))

  test('replaces the file behind a link, and makes folders', () =>
    withFleet(async (run, folder) => {
      const [file, link] = [join(folder, 'site/page.html'), join(folder, 'link.html')]
      await run({ output: file })
      writeFileSync(file, 'old')
      symlinkSync(file, link)
      await run({ output: link })
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
      expect(readFileSync(file, 'utf8')).toContain('<!doctype html>')
      expect(readdirSync(join(folder, 'site'))).toEqual(['page.html'])
    }))

  test.each([
    ['a folder', '.', /--output .* is a folder; name a file in it/],
    ['a path through a file', 'fleet.yaml/report.html', /--output .*fleet\.yaml\/report\.html: cannot be written/],
  ])('names what stands where the page would go: %s', (_, output, message) =>
    withFleet(async (run, folder) => {
      await expect(run({ output: join(folder, output) })).rejects.toThrow(message)
      expect(readdirSync(folder)).toEqual(['fleet.yaml'])
    }),
  )

  test('does not draw a page without problems about no object at all', () =>
    withFleet(async (run, folder) => {
      writeFileSync(join(folder, 'fleet.yaml'), '# nothing\n')
      await expect(run()).rejects.toThrow('no Kubernetes object')
      expect(existsSync(join(folder, 'report.html'))).toBe(false)
    }))

  test('asks for a place that exists', async () => {
    const options = { output: 'report.html', size: '10Gi', churn: '2%' }
    const nothing = new Terminal({ write: () => undefined }, {})
    await expect(report(['no-such-folder'], options, nothing, new AbortController().signal)).rejects.toThrow(
      'no-such-folder: there is no such folder or file; name the manifests of your fleet',
    )
  })
})

test('JSON inside the page holds no character that could end its element or its line', () => {
  const texts = ['</script><!--', '\u2028\u2029', '<', 'é', '\u0000', '\ud800']
  const json = embeddedJson(texts)
  expect(json).not.toMatch(/[<\u2028\u2029]/)
  expect(JSON.parse(json)).toEqual(texts)
})
