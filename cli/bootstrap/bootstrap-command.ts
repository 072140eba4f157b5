import type { Command } from 'commander'
import { dnsName } from '../../lib/api/text.js'
import { argoHealthSettings } from '../../lib/gitops/argocd-health.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { command } from '../command.js'
import type { Terminal } from '../display/terminal.js'
import { exitCodes, UserError } from '../user-error.js'
import { type ArgoOptions, argoApplications } from './argocd.js'
import { type FluxOptions, fluxObjects } from './flux.js'
import { type Layout, readLayout } from './layout.js'
import { type Source, sourceOf } from './source.js'

interface Common {
  readonly repo: string
  readonly revision: string
  readonly path?: string
  readonly name: string
}

/** Adds `holdfast bootstrap`: the objects that hand a folder of manifests to Argo CD or Flux. */
export function addBootstrap(root: Command, terminal: Terminal): void {
  const examples = `  holdfast bootstrap argocd dist --repo https://git.example.com/team/backups.git > apps.yaml
  holdfast bootstrap flux dist --repo ssh://git@git.example.com/team/backups.git > flux.yaml
  holdfast bootstrap argocd-health | kubectl patch configmap argocd-cm -n argocd --patch-file /dev/stdin

It reads how the folder is laid out and prints YAML; it changes nothing. Apply it, or commit it where your tool finds it.
Definitions come first, then the control plane, then policies; what is deleted in git is pruned, and no backup with it.
docs/gitops.md explains both tools step by step.`
  const bootstrap = command(root, 'bootstrap', 'hand the manifests of a repository to Argo CD or Flux', examples)
  addArgo(bootstrap, terminal)
  addFlux(bootstrap, terminal)
  addHealth(bootstrap, terminal)
}

function withSource(added: Command): Command {
  return added
    .argument('[folder]', 'where the manifests lie here', 'dist')
    .requiredOption('--repo <url>', 'address of the repository, as the tool reaches it')
    .option('--path <path>', 'the same folder in the repository (default: as here)')
    .option('--name <name>', 'of what is made, and the beginning of further names', 'holdfast')
}

function addArgo(bootstrap: Command, terminal: Terminal): void {
  const examples = `  holdfast bootstrap argocd --repo https://git.example.com/team/backups.git | kubectl apply -f -
  holdfast bootstrap argocd clusters/prod --repo git@git.example.com:team/backups.git --revision v1.4.0 --project backups

Of files beside each other (synth) it makes one Application: sync waves on its objects put the definitions first.
Of a folder per namespace (synth --layout namespaces) it makes one for definitions and control plane, and one for each
namespace; on a new cluster those of the namespaces are retried until the definitions are there.

They sync by themselves and prune. They have no finalizer: deleting an Application leaves its objects, and backups go on.
Health of Holdfast’s kinds: holdfast bootstrap argocd-health.`
  withSource(command(bootstrap, 'argocd', 'Applications for Argo CD', examples))
    .option('--revision <revision>', 'branch, tag or commit', 'HEAD')
    .option('-n, --namespace <name>', 'where Argo CD runs', 'argocd')
    .option('--project <name>', 'AppProject of the Applications', 'default')
    .option('--destination <url>', 'API server of the cluster (default: the one Argo CD runs in)', '')
    .action((folder: string, options: Common & ArgoOptions) => {
      print(terminal, argoApplications(...read(folder, options), options))
    })
}

function addFlux(bootstrap: Command, terminal: Terminal): void {
  const examples = `  holdfast bootstrap flux --repo ssh://git@git.example.com/team/backups.git --secret-name backups-key | kubectl apply -f -
  holdfast bootstrap flux dist --repo oci://registry.example.com/backups --revision latest

It makes a GitRepository, or an OCIRepository for an address that begins with oci://, and Kustomizations: of files beside
each other (synth) one, of a folder per namespace (synth --layout namespaces) crds, then system, then each namespace.
A revision that begins with refs/, such as refs/tags/v1.4.0, is taken as it is; else it is a branch, or a tag of an
artifact.

Kustomizations prune, and with deletionPolicy: Orphan deleting one leaves its objects. Those of policies do not wait for
backups to succeed: a failed backup is not a failed sync.`
  withSource(command(bootstrap, 'flux', 'a source and Kustomizations for Flux', examples))
    .option('--revision <revision>', 'branch, tag or commit', 'main')
    .option('-n, --namespace <name>', 'where Flux runs', 'flux-system')
    .option('--secret-name <name>', 'Secret with the credentials of the repository')
    .option('--interval <duration>', 'how often cluster and repository are compared', '10m')
    .action((folder: string, options: Common & FluxOptions) => {
      print(terminal, fluxObjects(...read(folder, options), options))
    })
}

function addHealth(bootstrap: Command, terminal: Terminal): void {
  const examples = `  holdfast bootstrap argocd-health > argocd-cm.patch.yaml
  kubectl patch configmap argocd-cm -n argocd --patch-file argocd-cm.patch.yaml

With Argo CD’s Helm chart, put the same entries under configs.cm. Without them Argo CD calls every policy healthy.`
  command(bootstrap, 'argocd-health', 'health checks for Argo CD, as a patch of its ConfigMap', examples).action(() => {
    print(terminal, [{ data: argoHealthSettings() }])
  })
}

function read(folder: string, options: Common & Partial<FluxOptions & ArgoOptions>): [Layout, Source] {
  checkOptions(options)
  const source = sourceOf(options.repo, options.revision, options.path ?? folder)
  return [readLayout(folder, options.name), source]
}

// Both tools would refuse them too, but only when what is printed here is in git and synced.
function checkOptions(options: Partial<FluxOptions & ArgoOptions>): void {
  const { name, namespace, project, secretName, interval } = options
  const names = { name, namespace, project, 'secret-name': secretName }
  const wrong = Object.entries(names).flatMap(([option, value]) =>
    value === undefined || dnsName().safeParse(value).success
      ? []
      : [`--${option} '${value}' is no name that Kubernetes takes: lower-case letters, digits, - and .`],
  )
  if (interval !== undefined && !/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(interval)) {
    wrong.push(`--interval '${interval}' is no duration that Flux takes; 10m and 1h30m are`)
  }
  if (wrong.length > 0) throw new UserError(wrong.join('\n'), exitCodes.usage)
}

function print(terminal: Terminal, objects: readonly object[]): void {
  terminal.output.write(objects.map(emitYaml).join('---\n'))
}
