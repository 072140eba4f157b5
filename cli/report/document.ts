import { createHash } from 'node:crypto'
import type { ReportContent } from './content.js'

/** The page’s program and style, as the bundler made them. */
export interface PageParts {
  readonly script: string
  readonly style: string
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, character => escapes[character] ?? '')

/**
 * JSON that may stand inside a `script` element: without `<` no text of a manifest can end the element or begin a
 * comment. U+2028 and U+2029 are escaped because older readers take them for ends of lines.
 */
export function embeddedJson(value: unknown): string {
  const unsafe = /[<\u2028\u2029]/g
  return JSON.stringify(value).replace(unsafe, it => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * The report as one HTML file. Its Content-Security-Policy allows no connection, no image and no program but its own,
 * so that nothing in it can call anybody. The same content gives the same bytes.
 */
export function reportDocument(content: ReportContent, { script, style }: PageParts): string {
  const hash = createHash('sha256').update(script, 'utf8').digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Backups of the fleet, ${escaped(content.today)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#problems">Skip to the problems</a>
<div class="page">
${header(content)}
${body(content)}
</div>
<script type="application/json" id="content">${embeddedJson(content)}</script>
<script>${script}</script>
</body>
</html>
`
}

function header({ today, places }: ReportContent): string {
  const sections = [
    ['problems', 'Problems'],
    ['coverage', 'Coverage'],
    ['week', 'Week'],
    ['policies', 'Policies'],
    ['growth', 'Growth'],
  ]
  const links = sections.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('')
  return `<header class="top">
<div><h1>Backups of the fleet</h1><p class="read">${escaped(today)} · read from ${escaped(places.join(', '))}</p></div>
<div class="tools"><nav class="sections" aria-label="Sections">${links}</nav><div id="themes"></div></div>
</header>`
}

function body({ monday, version }: ReportContent): string {
  return `<main>
<ul id="tiles" class="tiles" aria-label="Summary"></ul>
<div id="filter"></div>
${section('problems', 'Problems', 'What is wrong, what was expected and what to do about it; by code, with the place in git.')}
${section('coverage', 'Coverage', 'Which volumes in git are backed up, which are exempt and until when, and which nobody protects.')}
${section('week', 'The week', `When the runs of the week of ${escaped(monday)} start. Choose a cell to see the policies behind it.`)}
${section('policies', 'Policies and what they keep', 'Each tick is a restorable point: now is on the left, two years ago on the right, lines at an hour, a day, a week, a month and a year. Open a row for the details.')}
${section('growth', 'Growth and cost', 'What the policies store in their first year, and what a month costs at its end.')}
</main>
<footer><h2 class="unseen">What the figures rest on</h2><dl id="assumptions" class="basis"></dl>
<p>Written by holdfast ${escaped(version)}. This file is complete in itself and connects to nothing.</p></footer>`
}

function section(id: string, title: string, lead: string): string {
  return `<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2><p class="lead">${lead}</p><div id="${id}-place"></div></section>`
}
