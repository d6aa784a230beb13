// Owns the bar at the top: the screens, the library, the theme, and the keys.

import { showKeys } from './keyboard.js';
import { fill, h, svg } from './parts/dom.js';
import { icon } from './parts/icons.js';
import { announce } from './parts/say.js';
import { SCREENS } from './screens.js';
import { libraries, library } from './session.js';
import { nextTheme, theme } from './theme.js';

const THEMES = { auto: 'same as the system', light: 'light', dark: 'dark' };

/** Draws the bar into `element` with the screen called `shown` as the current one; `onlibrary(name)` follows another choice. */
export function drawTop(element, shown, onlibrary) {
  fill(
    element,
    h(
      'a',
      { class: 'wordmark', href: '#/search', 'aria-label': 'auricle: go to search' },
      mark(),
      h('span', {}, 'auricle'),
    ),
    h(
      'nav',
      { class: 'tabs', 'aria-label': 'Screens' },
      SCREENS.map((screen) => screenLink(screen, shown)),
    ),
    h('div', { class: 'top-more' }, librarySelect(onlibrary), themeButton(), keysButton()),
  );
}

function screenLink({ name, words }, shown) {
  return h(
    'a',
    { href: `#/${name}`, 'aria-current': shown === name ? 'page' : null },
    icon(name),
    h('span', {}, words),
  );
}

function librarySelect(onlibrary) {
  const all = libraries();
  if (all.length < 2) return null;
  const select = h(
    'select',
    {
      class: 'field',
      'aria-label': 'Library',
      onchange: () => onlibrary(select.value),
    },
    all.map(({ name }) => h('option', { value: name, selected: library()?.name === name }, name)),
  );
  return select;
}

function themeButton() {
  const name = THEMES[theme()];
  const button = h(
    'button',
    {
      class: 'iconic',
      title: `Theme: ${name}`,
      'aria-label': `Theme: ${name}; change`,
      onclick: () => {
        nextTheme();
        const next = themeButton();
        button.replaceWith(next);
        next.focus();
        announce(`Theme: ${THEMES[theme()]}`);
      },
    },
    icon(theme()),
  );
  return button;
}

function keysButton() {
  return h(
    'button',
    { class: 'iconic', title: 'Keyboard shortcuts (?)', 'aria-label': 'Keyboard shortcuts', onclick: showKeys },
    icon('keys'),
  );
}

/** The mark: an outer ear. */
function mark() {
  return svg(
    'svg',
    { viewBox: '0 0 32 32', class: 'mark', 'aria-hidden': 'true' },
    svg('path', {
      d: 'M9 13.5a7 7 0 1 1 12.6 4.2c-1.7 2.2-3.1 3-3.1 5.3a3.6 3.6 0 0 1-6.3 2.4',
    }),
    svg('path', { d: 'M12.7 13.5a3.3 3.3 0 1 1 5 2.8c-1.3.900-1.9 1.7-1.9 3.2' }),
  );
}
