import { dateTime, getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data'
import { BigValue, TimeSeries, TooltipDisplayMode } from '@grafana/ui'
import { TableNG } from '@grafana/ui/unstable'

/** What Grafana’s plugins give fields that say nothing else. */
export const pluginDefaults = {
  stat: {},
  table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
  timeseries: {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    barAlignment: 0,
    barWidthFactor: 0.6,
    lineWidth: 1,
    fillOpacity: 0,
    gradientMode: 'none',
    spanNulls: false,
    showPoints: 'auto',
    pointSize: 5,
    stacking: { mode: 'none', group: 'A' },
    axisPlacement: 'auto',
    axisLabel: '',
    axisColorMode: 'text',
    axisBorderShow: false,
    scaleDistribution: { type: 'linear' },
    axisCenteredZero: false,
    hideFrom: { tooltip: false, viz: false, legend: false },
    thresholdsStyle: { mode: 'off' },
  },
}

function Stat({ panel, frames, theme, width, height }) {
  const { options, fieldConfig } = panel
  const values = getFieldDisplayValues({
    ...{ fieldConfig, theme, data: frames, timeZone: 'utc' },
    ...{ reduceOptions: options.reduceOptions, replaceVariables: text => text },
  })
  const [first] = values
  if (first === undefined) return <None {...{ panel, width, height }} />
  return (
    <BigValue
      value={first.display}
      alignmentFactors={getDisplayValueAlignmentFactors(values)}
      {...{ theme, width, height }}
      colorMode={options.colorMode}
      graphMode={options.graphMode}
      justifyMode={options.justifyMode}
      textMode={options.textMode}
      text={options.text}
      wideLayout={options.wideLayout}
    />
  )
}

function Lines({ panel, frames, width, height, range }) {
  if (frames.length === 0) return <None {...{ panel, width, height }} />
  const [from, to] = [dateTime(range.from), dateTime(range.to)]
  const timeRange = { from, to, raw: { from, to } }
  return (
    <TimeSeries
      {...{ frames, width, height, timeRange }}
      timeZone="utc"
      legend={panel.options.legend}
      options={{ tooltip: { mode: TooltipDisplayMode.None } }}
    />
  )
}

function Rows({ panel, frames, theme, width, height }) {
  const [frame] = frames
  if (frame === undefined || frame.length === 0) return <None {...{ panel, width, height }} />
  const { options, fieldConfig } = panel
  return (
    <TableNG
      {...{ width, height, theme, fieldConfig }}
      data={frame}
      noHeader={!options.showHeader}
      cellHeight={options.cellHeight}
      sortBy={options.sortBy}
      showTypeIcons={options.showTypeIcons}
      enableVirtualization={false}
    />
  )
}

/** Grafana’s words where there is no series. */
function None({ panel, width, height }) {
  const style = { width, height, display: 'flex', alignItems: 'center', justifyContent: 'center', opacity: 0.65 }
  return <div style={style}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</div>
}

export const panelKinds = { stat: Stat, timeseries: Lines, table: Rows }
