import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tools.mjs'

const installed = join(root, 'node_modules')

/** Arguments that run jest in ESM mode, as `npm run jest` does. */
export const jestCommand = [
  '--experimental-vm-modules',
  '--no-warnings=ExperimentalWarning',
  join(installed, 'jest/bin/jest.js'),
]

/** A program of node_modules/.bin. */
export const bin = name => join(installed, '.bin', name)

const packagesOf = file => JSON.parse(readFileSync(file, 'utf8')).packages

/** True when node_modules is what package-lock.json asks for; optional packages may be left out, as npm does by platform. */
export function dependenciesAreCurrent() {
  const mark = join(installed, '.package-lock.json')
  if (!existsSync(mark)) return false
  const [locked, present] = [packagesOf(join(root, 'package-lock.json')), packagesOf(mark)]
  const fits = ([name, entry]) =>
    name === '' || (name in present ? present[name].version === entry.version : entry.optional === true)
  return Object.entries(locked).every(fits) && Object.keys(present).every(name => name in locked)
}

/** Runs `npm ci` when node_modules is missing or not what package-lock.json asks for. Throws when npm fails. */
export function ensureDependencies() {
  if (dependenciesAreCurrent()) return
  process.stderr.write('installing the dependencies (npm ci)\n')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('npm ci failed; see its output above')
}

/** Newest change below a file or folder, in milliseconds; 0 when it does not exist. */
export function newestChange(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path, { withFileTypes: true }).reduce(
    (newest, entry) => Math.max(newest, newestChange(join(path, entry.name))),
    0,
  )
}

/** Runs a program with the terminal's streams; resolves to its exit code. A signal to us goes on to it. */
export function run(command, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
    const forward = signal => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM']
    for (const signal of signals) process.on(signal, forward)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

/** Prints a header, runs the work, prints how long it took; false when it failed or threw. */
export async function step(title, work) {
  const started = performance.now()
  process.stdout.write(`\n== ${title}\n`)
  let passed = false
  try {
    passed = (await work()) === 0
  } catch (error) {
    process.stdout.write(`${error.message}\n`)
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`-- ${title}: ${passed ? 'ok' : 'FAILED'} (${seconds} s)\n`)
  return passed
}

/** Tests that passed and failed according to jest's JSON; a suite that could not run counts as one failure. */
export function jestCounts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'))
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites }
}

/** The closing line that people and CI read. */
export function closingLine({ passed, failed }) {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
}
