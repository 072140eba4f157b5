import { App, Chart } from 'cdk8s'
import {
  AdmissionPolicies,
  Backend,
  Monitoring,
  MoverNetworkPolicies,
  Notify,
  Repository,
  RepositoryAccess,
  Retention,
  Schedule,
  SystemNetworkPolicies,
  TeamAccess,
  VolumeBackup,
} from '../constructs/index.js'

// What a cluster’s operators put around the control plane of main.ts, and a team that lives with it. Every part stands
// for itself: copy those that you need.
const app = new App()
const apiServer = [{ cidr: '192.0.2.0/28' }]
const prometheus = [{ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]

// A store of the platform’s own, which a team’s policies may name.
const stores = new Chart(app, 'stores', { namespace: 'backup-stores' })
const offsite = new Repository(stores, 'offsite', {
  backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'demo-offsite', secretName: 'offsite-keys' }),
  clusterName: 'demo',
  usagePolicy: {
    allowedNamespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'payments' } } },
  },
})

const payments = new Chart(app, 'payments', { namespace: 'payments' })
// The Secret `receivers` holds the webhook of a Slack channel and the address of a check, which are credentials:
//   kubectl -n payments create secret generic receivers --from-literal=slack=… --from-literal=ledger-check=…
const ledger = new VolumeBackup(payments, 'ledger', {
  claim: 'ledger-data',
  repository: offsite,
  repositorySecretName: 'offsite-keys',
  schedule: Schedule.daily({ at: '03:30', timeZone: 'Europe/Berlin' }),
  retention: Retention.keep({ daily: 14, weekly: 8, monthly: 14 }),
  recoveryPointObjective: '26h',
  notify: [
    Notify.slack({ url: { secretName: 'receivers', key: 'slack' } }),
    // Raises the alarm when it hears nothing, which no message from inside a cluster can.
    Notify.healthchecks({ url: { secretName: 'receivers', key: 'ledger-check' } }),
  ],
})

// Who may do what in the team’s namespace, and who may name the platform’s store there. Argo CD or Flux applies the
// team’s part as the ServiceAccount `reconciler`, which has Kubernetes’ role `admin` in it, for triggers have Roles.
new TeamAccess(payments, 'team', { role: 'edit', groups: ['payments'] })
new TeamAccess(payments, 'on-call', { role: 'operate', groups: ['payments-on-call'] })
new TeamAccess(payments, 'auditors', { role: 'view', groups: ['auditors'] })
new RepositoryAccess(stores, 'payments', {
  repository: offsite,
  groups: ['payments'],
  serviceAccounts: ['payments/reconciler'],
})

// Movers reach the store, the Pushgateway and those who are told; nobody reaches them.
const network = { apiServer, repositories: [offsite], stores: [{ cidr: '203.0.113.0/24' }] }
new MoverNetworkPolicies(stores, 'network', network)
new MoverNetworkPolicies(payments, 'network', {
  ...network,
  // A NetworkPolicy has no names: Slack and healthchecks.io are any address at 443.
  further: [
    { cidr: '0.0.0.0/0', ports: [443] },
    { cidr: '::/0', ports: [443] },
  ],
})

// Rules of the cluster: asked for by the API server itself, when somebody writes a policy.
const rules = new Chart(app, 'cluster-rules')
new SystemNetworkPolicies(rules, 'network', { apiServer, scrapers: prometheus })
new AdmissionPolicies(rules, 'admission', {
  settings: { priorityClasses: ['backups'], secrets: ['receivers'] },
})

// Needs the Prometheus operator’s definitions; without them `scrape` and `rules` are 'ConfigMap'.
new Monitoring(new Chart(app, 'monitoring'), 'monitoring', {
  system: { namespace: 'holdfast-system', clusterName: 'demo' },
  labels: { release: 'prometheus' },
  mustExist: [ledger],
})

app.synth()
