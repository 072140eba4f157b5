import { createTheme, standardTransformers, standardTransformersRegistry, ThemeContext } from '@grafana/data'
import { GlobalStyles, Icon, PanelChrome } from '@grafana/ui'
import { createRoot } from 'react-dom/client'
import { framesOf, preparedFrames } from './frames.js'
import { panelKinds, pluginDefaults } from './panels.jsx'

/** Grafana’s grid: a unit is 30 pixels high, with 8 between two. */
const unit = { height: 30, gap: 8, columns: 24 }
const { dashboard, answers, range, width, mode } = window.picture
const theme = createTheme({ colors: { mode } })

// Some are there under two names.
const transformers = new Map(Object.values(standardTransformers).map(each => [each.id, each]))
standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map(each => ({ ...each, transformation: async () => each })),
)

function placeOf({ x, y, w, h }) {
  const column = (width + unit.gap) / unit.columns
  return {
    left: x * column,
    top: y * (unit.height + unit.gap),
    width: w * column - unit.gap,
    height: h * (unit.height + unit.gap) - unit.gap,
  }
}

function Row({ title }) {
  return (
    <div style={{ display: 'flex', alignItems: 'center', gap: 8, height: unit.height, fontSize: 18, fontWeight: 500 }}>
      <Icon name="angle-down" />
      {title}
    </div>
  )
}

function PanelOrRow({ panel, frames }) {
  const { left, top, width: panelWidth, height } = placeOf(panel.gridPos)
  const style = { position: 'absolute', left, top, width: panelWidth, height }
  if (panel.type === 'row') return <div style={style}>{<Row title={panel.title} />}</div>
  const Kind = panelKinds[panel.type]
  return (
    <div style={style}>
      <PanelChrome title={panel.title} description={panel.description} width={panelWidth} height={height}>
        {(innerWidth, innerHeight) => (
          <Kind {...{ panel, frames, theme, range }} width={innerWidth} height={innerHeight} />
        )}
      </PanelChrome>
    </div>
  )
}

async function start() {
  const panels = await Promise.all(
    dashboard.panels.map(async panel => {
      if (panel.type === 'row') return { panel, frames: [] }
      const frames = (answers[panel.id] ?? []).flatMap(framesOf)
      return { panel, frames: await preparedFrames(panel, frames, pluginDefaults[panel.type], theme) }
    }),
  )
  const lowest = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h))
  const height = lowest * (unit.height + unit.gap) - unit.gap
  const style = { position: 'relative', width, height, margin: unit.gap * 2 }
  createRoot(document.querySelector('#dashboard')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={style}>
        {panels.map(({ panel, frames }) => (
          <PanelOrRow key={panel.id} panel={panel} frames={frames} />
        ))}
      </div>
    </ThemeContext.Provider>,
  )
}

start()
