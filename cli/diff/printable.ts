import { escaped } from '../display/printable.js'

// Controls could move a terminal’s cursor; direction marks show a text in another order than it has.
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu

/** A text from a manifest in one line: what cannot be seen, or changes how the rest is seen, is written as its code. */
export function printable(text: string): string {
  return text.replace(/\r?\n/g, ' ⏎ ').replace(unseen, escaped)
}
