import { element } from './element.js'

const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]
const stored = 'holdfast-report-theme'

/** Light, dark, or as the system is: a choice that the browser remembers where it may. */
export function themeChoice(): HTMLElement {
  const root = document.documentElement
  const current = remembered()
  const apply = (theme: Theme) => {
    if (theme === 'auto') delete root.dataset['theme']
    else root.dataset['theme'] = theme
  }
  apply(current)
  const options = themes.map(theme => {
    const input = element('input', {
      type: 'radio',
      name: 'theme',
      value: theme,
      checked: theme === current,
      change: () => {
        apply(theme)
        remember(theme)
      },
    })
    return element('label', {}, input, element('span', {}, theme))
  })
  return element('fieldset', { class: 'themes' }, element('legend', { class: 'unseen' }, 'Colours'), ...options)
}

// A page that was opened from a file may have no storage at all.
function remembered(): Theme {
  try {
    const found = localStorage.getItem(stored)
    return themes.find(theme => theme === found) ?? 'auto'
  } catch {
    return 'auto'
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(stored, theme)
  } catch {
    // The choice still holds for this page.
  }
}
