import { execFileSync } from 'node:child_process'

/** Headings in the order in which they are printed, with the folders whose changes they are about. */
const headings = [
  ['API', ['lib/api/', 'lib/schema/']],
  ['Policies', ['constructs/', 'lib/', 'testing/', 'examples/']],
  ['Controller', ['runtime/controller/', 'runtime/kube/']],
  ['Movers', ['runtime/agent/', 'lib/restic/']],
  ['Command line', ['cli/', 'sandbox/']],
  ['Documentation', ['docs/', 'README.md']],
  ['Tests and build', ['']],
]
/** What changes along with everything: it decides only where there is nothing else. */
const companions = ['test/', 'docs/', 'dist/', 'README.md', 'package-lock.json']
const mark = '\u0001'

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The commits between two revisions, oldest first, without merges: subject, `Upgrade:` trailers, changed files. */
function commitsBetween(from, to) {
  const trailers = '%(trailers:key=Upgrade,valueonly,separator=%x00)'
  const log = git(
    'log',
    '--reverse',
    '--no-merges',
    '--name-only',
    `--format=${mark}%s%n${trailers}`,
    '--end-of-options',
    `${from}..${to}`,
  )
  return log
    .split(mark)
    .slice(1)
    .map(text => {
      const [subject = '', upgrade = '', ...files] = text.split('\n')
      return { subject, upgrade: upgrade.split('\0').filter(Boolean), files: files.filter(Boolean) }
    })
}

/** The longest folder that a file lies in names its heading. */
function headingOf(file) {
  const fitting = headings.flatMap(([heading, folders]) =>
    folders.filter(folder => file.startsWith(folder)).map(folder => [heading, folder.length]),
  )
  return fitting.reduce((best, each) => (each[1] > best[1] ? each : best), ['Tests and build', -1])[0]
}

/** What a commit is about: the heading of most of its files. */
function subjectMatter({ files }) {
  const telling = files.filter(file => !companions.some(prefix => file.startsWith(prefix)))
  const counts = new Map()
  for (const file of telling.length > 0 ? telling : files) {
    counts.set(headingOf(file), (counts.get(headingOf(file)) ?? 0) + 1)
  }
  const most = Math.max(0, ...counts.values())
  return headings.map(([heading]) => heading).find(heading => counts.get(heading) === most) ?? 'Tests and build'
}

function notes(from, to) {
  const commits = commitsBetween(from, to)
  const section = (title, lines) =>
    lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map(line => `- ${line}`), '']
  const upgrades = commits.flatMap(({ upgrade }) => upgrade)
  const of = heading => commits.filter(commit => subjectMatter(commit) === heading).map(({ subject }) => subject)
  return [
    ...[`# ${to}`, '', `${commits.length} ${commits.length === 1 ? 'change' : 'changes'} since ${from}.`, ''],
    ...section('Before you upgrade', upgrades),
    ...headings.flatMap(([heading]) => section(heading, of(heading))),
  ].join('\n')
}

const [from, to = 'HEAD', ...more] = process.argv.slice(2)
if (from === undefined || more.length > 0) {
  process.stderr.write('usage: node scripts/release-notes.mjs OLD-TAG [NEW-TAG]\n')
  process.exitCode = 2
} else {
  try {
    process.stdout.write(notes(from, to))
  } catch (error) {
    process.stderr.write(`${error.stderr || error.message}\n`)
    process.exitCode = 1
  }
}
