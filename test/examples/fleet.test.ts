import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { LinkedProject } from './linked-project.js'
import { gitLabJobs, type Step, variablesOf, workflowAt } from './pipeline.js'

const example = join(import.meta.dirname, '../../examples/fleet')
const workflow = workflowAt(join(example, '.github/workflows/backup-policies.yml'))
const gitLab = gitLabJobs(join(example, '.gitlab-ci.yml'))
const steps = workflow.jobs['policies']?.steps.filter(({ run }) => run !== undefined && !run.startsWith('npm ci')) ?? []
let project: LinkedProject
let base: string

beforeAll(() => {
  project = new LinkedProject('examples/fleet')
  base = project.git('rev-parse', 'HEAD')
}, 60_000)
afterAll(() => project.remove())

/** Runs steps of the workflow’s first job, as GitHub would; the name of each that failed, and what it printed. */
function runWorkflow(...names: readonly RegExp[]): Map<string, string> {
  const failed = new Map<string, string>()
  const chosen = steps.filter(({ name = '' }) => names.length === 0 || names.some(each => each.test(name)))
  for (const step of chosen) {
    const always = step.if?.includes('!cancelled()') === true
    if (failed.size > 0 && !always) continue
    const ended = project.shell(step.run ?? '', variablesOf(step, { 'github.event.pull_request.base.sha': base }))
    if (ended.status !== 0) failed.set(step.name ?? '', ended.text)
  }
  return failed
}

const edit = (file: string, from: string | RegExp, to: string) => {
  const path = join(project.folder, file)
  const text = readFileSync(path, 'utf8')
  if (text.replace(from, to) === text) throw new Error(`${file} does not have ${String(from)}`)
  writeFileSync(path, text.replace(from, to))
}
const comment = () => readFileSync(join(project.folder, 'comment.md'), 'utf8')
const undo = () => project.git('reset', '--quiet', '--hard', base)

describe('the example of a fleet', () => {
  test('passes its own workflow: types, manifests, proof, tests, comparison', () => {
    expect([...runWorkflow()]).toEqual([])
    expect(comment()).not.toBe('')
  }, 120_000)

  test('says in its comment what a change of a policy does', () => {
    edit('platform/tiers.ts', 'daily: 14, weekly: 8, monthly: 7', 'daily: 7, weekly: 4')
    expect(project.shell('npm run synth').status).toBe(0)
    project.commit('Keep less')
    expect([...runWorkflow(/^Compare/, /^Prove/).keys()]).toEqual([])
    expect([...runWorkflow(/^Say/).values()].join()).toContain('danger')
    expect(comment()).toMatch(/blog\/uploads/)
    undo()
  }, 120_000)

  test('stops a change that leaves a volume without a policy, by compiler and proof, and comments all the same', () => {
    edit('teams/blog.ts', /silver\.backup\(.*\n/, '')
    rmSync(join(project.folder, 'dist/blog'), { recursive: true })
    project.commit('Forget the uploads')
    const failed = runWorkflow(/^Compare/, /^Prove/, /^Say/)
    expect([...failed.keys()][0]).toBe('Compare the committed manifests with what the policies say')
    expect([...failed.values()][0]).toContain('HF5101')
    expect(project.shell('npm run check').text).toContain('blog/uploads')
    expect(existsSync(join(project.folder, 'comment.md'))).toBe(true)
    undo()
  }, 120_000)

  test('passes its GitLab job, whose other lines are the workflow’s', () => {
    const { script = [], after_script = [] } = gitLab['policies'] ?? {}
    const known = steps.map(({ run }) => run)
    for (const line of [...script, ...after_script].filter(each => !known.includes(each))) {
      expect([line, project.shell(line, { CI_MERGE_REQUEST_DIFF_BASE_SHA: base }).status]).toEqual([line, 0])
    }
  }, 120_000)
})

describe('its workflow', () => {
  const all: Step[] = Object.values(workflow.jobs).flatMap(job => job.steps)

  test('names every program of others by its commit', () => {
    const uses = all.flatMap(step => step.uses ?? [])
    expect(uses.length).toBeGreaterThan(0)
    for (const use of uses) expect(use).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/)
    for (const job of Object.values(gitLab).filter(({ image }) => image !== undefined)) {
      expect(job.image).toMatch(/^node:\d+\.\d+\.\d+-/)
    }
  })

  test('never puts text of a pull request into a script', () => {
    for (const { run = '' } of all) expect(run).not.toContain('${{')
  })

  test('gives the token that may write only to the job that runs no code of the pull request', () => {
    expect(workflow.permissions).toEqual({})
    expect(workflow.jobs['policies']?.permissions).toEqual({ contents: 'read' })
    expect(workflow.jobs['comment']?.permissions).toEqual({ 'pull-requests': 'write' })
    const scripts = workflow.jobs['comment']?.steps.flatMap(({ run }) => run ?? [])
    expect(scripts).toEqual([expect.stringMatching(/^gh pr comment /)])
    expect(gitLab['comment']?.script.join('\n')).not.toMatch(/npm|npx/)
  })
})
