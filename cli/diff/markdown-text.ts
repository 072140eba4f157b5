import { clipped } from '../display/clipped.js'
import { printable } from './printable.js'

// Beyond letters, digits and the plain marks of prose anything may mean something to Markdown or HTML.
const meaningful = /[^\p{L}\p{N} ,;?/→–…‘’“”⏎]/gu
// A dot and a hyphen are harmless inside a word, and too common to be written as codes.
const plain = new Set(['.', '-', '%'])
// GitHub and GitLab look for mentions and references in the finished text, past every escape.
const references = /([@#!$~^&])(?=[\p{L}\p{N}_"'{[])/gu
// `GH-12` is a reference too, and an issue that is referred to says so.
const issue = /\bgh-(?=\d)/gi
const joinerCode = '&#8203;'

/**
 * A text from a manifest as Markdown that shows just this text, in prose and in table cells: no markup, HTML, links,
 * mentions or references, and one line.
 */
export function markdownText(text: string, length = 2000): string {
  const guarded = clipped(printable(text), length).replace(references, '$1\u0000').replace(issue, '$&\u0000')
  return encoded(guarded).replaceAll('&#0;', joinerCode)
}

/** A text from a manifest as code, where GitHub and GitLab look for no mentions. */
export function markdownCode(text: string, length = 300): string {
  return `<code>${encoded(clipped(printable(text), length))}</code>`
}

function encoded(text: string): string {
  return (
    text
      .replace(meaningful, each => (plain.has(each) ? each : `&#${each.codePointAt(0)};`))
      // A colon before a space or a digit begins neither an address nor an emoji.
      .replace(/&#58;(?=[ 0-9])/g, ':')
      .replace(/\bwww\./gi, each => `${each.slice(0, 3)}&#46;`)
  )
}
