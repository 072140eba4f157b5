import { readFileSync } from 'node:fs'

// One comment for each merge request, written anew by every pipeline. The token stays out of arguments and logs.
const marker = '<!-- backup policies -->'
const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, HOLDFAST_COMMENT_TOKEN } = process.env
if (HOLDFAST_COMMENT_TOKEN === undefined) {
  throw new Error('HOLDFAST_COMMENT_TOKEN is not set for the environment backup-policy-comments')
}
const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`

async function call(method, url, body) {
  const headers = { 'PRIVATE-TOKEN': HOLDFAST_COMMENT_TOKEN, 'Content-Type': 'application/json' }
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${response.statusText}`)
  return response.json()
}

const [file = 'comment.md'] = process.argv.slice(2)
const body = `${marker}\n${readFileSync(file, 'utf8')}`
const existing = await call('GET', `${notes}?per_page=100&sort=desc`)
const own = existing.find(note => note.body.startsWith(marker))
if (own === undefined) await call('POST', notes, { body })
else await call('PUT', `${notes}/${own.id}`, { body })
