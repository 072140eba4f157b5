import type { VolumeTemplates } from '../../fleet/claim.js'
import { elasticCloud } from './elasticsearch.js'
import { cloudNativePg, zalandoPostgres } from './postgres.js'
import { prometheusOperator } from './prometheus.js'

/** Operators whose claims Holdfast knows; each looks only at objects of its own group. */
export const knownOperators: readonly VolumeTemplates[] = [
  prometheusOperator,
  elasticCloud,
  zalandoPostgres,
  cloudNativePg,
]
