import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { boundedDepth } from '../../lib/depth.js'
import type { ConfigurationObject } from './objects.js'

/** A window for the dictionary and the template, of some kilobytes each; the usual ones cost 280 kB a call. */
const small = { level: 1, windowBits: 14, memLevel: 5, chunkSize: 4096 }

/** The first template seen: all others differ from it in names and a few settings, so it spells out most of them. */
let dictionary: Buffer | undefined

/**
 * A configuration whose Job template is kept compressed and read again whenever somebody asks for it. A template is
 * most of a configuration and needed once a session; ten thousand of them would fill the controller's memory.
 * Annotations go: nothing reads them, and kubectl's repeats the whole object.
 */
export function withPackedTemplate(
  configuration: ConfigurationObject,
  known?: ConfigurationObject,
): ConfigurationObject {
  const { managedFields: _fields, annotations: _annotations, ...metadata } = configuration.metadata
  const { uid, generation } = metadata
  if (generation !== undefined && uid === known?.metadata.uid && generation === known?.metadata.generation)
    return { ...configuration, metadata, spec: known.spec }
  if (isPacked(configuration)) return { ...configuration, metadata }
  const { jobTemplate, ...rest } = boundedDepth(configuration.spec)
  if (jobTemplate === undefined) return { ...configuration, metadata, spec: rest }
  const text = Buffer.from(JSON.stringify(jobTemplate))
  dictionary ??= text
  const options = { dictionary, ...small }
  // As text, because a Buffer would keep the whole chunk alive that zlib wrote into.
  const packed = deflateRawSync(text, options).toString('latin1')
  const spec = Object.defineProperty(rest, 'jobTemplate', {
    enumerable: true,
    get: () => JSON.parse(inflateRawSync(Buffer.from(packed, 'latin1'), options).toString('utf8')),
  }) as ConfigurationObject['spec']
  return { ...configuration, metadata, spec }
}

const isPacked = ({ spec }: ConfigurationObject) =>
  Object.getOwnPropertyDescriptor(spec, 'jobTemplate')?.get !== undefined
