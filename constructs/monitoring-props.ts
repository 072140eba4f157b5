import { z } from 'zod'
import { dnsName, word } from '../lib/api/text.js'
import { type AlertName, alertNames, type Severity, severities } from '../lib/monitoring/alert.js'
import type { Holdfast } from './holdfast.js'
import type { VolumeBackup } from './volume-backup.js'

/** A control plane that another app, or another tool, has written. */
export interface InstalledSystem {
  readonly namespace: string
  /** Whether the Pushgateway is part of it. @default true */
  readonly pushgateway?: boolean
  /** Value of the `cluster` label of pushed metrics. @default - none */
  readonly clusterName?: string
}

/** How Prometheus learns where to ask. */
export const scrapeWays = ['ServiceMonitor', 'PodMonitor', 'Annotations', 'ConfigMap', 'None'] as const
export type ScrapeWay = (typeof scrapeWays)[number]
/** Where the rules are written to. */
export const ruleWays = ['PrometheusRule', 'ConfigMap', 'None'] as const
export type RuleWay = (typeof ruleWays)[number]

export interface MonitoringProps {
  /** The control plane that is watched. */
  readonly system: Holdfast | InstalledSystem
  /** Namespace of what is written here. @default - that of the control plane */
  readonly namespace?: string
  /**
   * How Prometheus finds controller and Pushgateway: objects of the Prometheus operator, annotations of the Services
   * (their scrape job must honour labels), or a `scrape_configs` file in a ConfigMap. @default ServiceMonitor
   */
  readonly scrape?: ScrapeWay
  /** A duration of Prometheus. @default 30s */
  readonly scrapeInterval?: string
  /** @default PrometheusRule */
  readonly rules?: RuleWay
  /** Labels by which the Prometheus operator selects its objects, `{ release: 'prometheus' }`. @default - none */
  readonly labels?: Readonly<Record<string, string>>
  /**
   * Policies that must be in the cluster, with a rule each: the rules over what is there cannot see what is not.
   * For the few that nothing may lose. @default - none
   */
  readonly mustExist?: readonly VolumeBackup[]
  /** Alerts that are left out. @default - none */
  readonly without?: readonly AlertName[]
  /** Severities other than the alerts’ own. @default - none */
  readonly severities?: Readonly<Partial<Record<AlertName, Severity>>>
  /** Further labels of every alert, for Alertmanager’s routes. @default - none */
  readonly alertLabels?: Readonly<Record<string, string>>
  /** Address of a folder of runbooks of one’s own, `<folder>/<alert>.md`. @default - Holdfast’s */
  readonly runbooks?: string
  /** Writes the dashboard as a ConfigMap that Grafana’s sidecar loads. @default true */
  readonly dashboard?: boolean
  /** Folder of the dashboard in Grafana. @default - the sidecar’s own */
  readonly dashboardFolder?: string
}

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label of Prometheus: letters, digits and _')
/** Rules of one object: beyond it the object comes near to what etcd takes. */
export const mostExpected = 1000

export const monitoringSchema = z.looseObject({
  system: z.looseObject({ namespace: dnsName() }),
  namespace: dnsName().optional(),
  scrape: z.enum(scrapeWays).optional(),
  scrapeInterval: z
    .string()
    .regex(/^([0-9]+(ms|s|m|h))+$/, 'a duration of Prometheus, such as 30s')
    .optional(),
  rules: z.enum(ruleWays).optional(),
  labels: z.record(z.string(), z.string().max(63)).optional(),
  without: z.array(z.enum(alertNames)).optional(),
  severities: z.partialRecord(z.enum(alertNames), z.enum(severities)).optional(),
  alertLabels: z
    .record(labelName, word(253))
    .refine(labels => !('severity' in labels || 'alertname' in labels), {
      message: 'severity and alertname are the alerts’ own; see severities',
    })
    .optional(),
  runbooks: z
    .string()
    .regex(/^https?:\/\/[^@\s]+[^/\s]$/, 'an http address without a user and without a slash at its end')
    .optional(),
  dashboard: z.boolean().optional(),
  dashboardFolder: word(255).optional(),
})
