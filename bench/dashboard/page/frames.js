import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  FieldConfigOptionsRegistry,
  FieldType,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data'

const replaced = text => text

/** An answer of Prometheus as Grafana’s own data source makes frames of it: one for each series, or one table of all. */
export function framesOf({ target, result }) {
  return target.format === 'table' ? [tableOf(target, result)] : result.map(series => seriesOf(target, series))
}

function seriesOf({ refId, legendFormat }, { metric, values, value }) {
  const samples = values ?? [value]
  const name = legendFormat?.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? '')
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: samples.map(([time]) => time * 1000) },
      {
        ...{ name: 'Value', type: FieldType.number, labels: metric },
        values: samples.map(([, text]) => Number(text)),
        config: name === undefined ? {} : { displayNameFromDS: name },
      },
    ],
  })
}

function tableOf({ refId }, result) {
  const labels = [...new Set(result.flatMap(({ metric }) => Object.keys(metric).sort()))]
  const column = (name, type, value) => ({ name, type, values: result.map(value) })
  return toDataFrame({
    refId,
    fields: [
      column('Time', FieldType.time, ({ value }) => value[0] * 1000),
      ...labels.map(label => column(label, FieldType.string, ({ metric }) => metric[label] ?? '')),
      column('Value', FieldType.number, ({ value }) => Number(value[1])),
    ],
  })
}

/** Options of fields: those of all panels, and those of the panel’s own kind with what Grafana’s plugins give them. */
function fieldOptions({ defaults, overrides }, custom) {
  const asIs = path => ({ path, name: path, process: value => value, shouldApply: () => true, settings: {} })
  const plain = ['unit', 'min', 'max', 'decimals', 'displayName', 'thresholds', 'mappings', 'color', 'noValue'].map(
    path => ({
      ...asIs(path),
      id: path,
    }),
  )
  const named = overrides
    .flatMap(({ properties }) => properties.map(({ id }) => id))
    .filter(id => id.startsWith('custom.'))
  const owns = new Set([
    ...Object.keys({ ...custom, ...defaults.custom }),
    ...named.map(id => id.slice('custom.'.length)),
  ])
  const own = [...owns].map(path => ({ ...asIs(path), id: `custom.${path}`, isCustom: true }))
  return new FieldConfigOptionsRegistry(() => [...plain, ...own])
}

/** The frames of a panel, with its transformations and everything that it says of its fields. */
export function preparedFrames(panel, frames, custom, theme) {
  const { defaults, overrides } = panel.fieldConfig
  const fieldConfig = { defaults: { ...defaults, custom: { ...custom, ...defaults.custom } }, overrides }
  const apply = data => {
    const options = { data, fieldConfig, theme, timeZone: 'utc', replaceVariables: replaced }
    const done = applyFieldOverrides({ ...options, fieldConfigRegistry: fieldOptions(panel.fieldConfig, custom) })
    cacheFieldDisplayNames(done)
    return done
  }
  const { transformations } = panel
  if (transformations === undefined) return Promise.resolve(apply(frames))
  return new Promise((resolve, reject) =>
    transformDataFrame(transformations, frames, { interpolate: replaced }).subscribe({
      next: data => resolve(apply(data)),
      error: reject,
    }),
  )
}
