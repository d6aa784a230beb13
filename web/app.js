// Owns the frame: which screen is shown, the bar at the top, and the address. Each screen owns all below it.

import { mountDock } from './dock.js';
import { bind, showKeys, start } from './keyboard.js';
import { fill, h, svg } from './parts/dom.js';
import { icon } from './parts/icons.js';
import { announce, failure, waiting } from './parts/say.js';
import { choose, libraries, library, onSession, refresh } from './session.js';
import { nextTheme, theme } from './theme.js';

const SCREENS = [
  { name: 'search', words: 'Search', icon: 'search', key: 's', load: () => import('./screens/search.js') },
  { name: 'label', words: 'Label', icon: 'label', key: 'l', load: () => import('./screens/label.js') },
  { name: 'teach', words: 'Teach', icon: 'teach', key: 't', load: () => import('./screens/teach.js') },
  { name: 'map', words: 'Map', icon: 'map', key: 'm', load: () => import('./screens/map.js') },
  {
    name: 'duplicates',
    words: 'Duplicates',
    icon: 'duplicates',
    key: 'd',
    load: () => import('./screens/duplicates.js'),
  },
  { name: 'library', words: 'Library', icon: 'library', key: 'b', load: () => import('./screens/library.js') },
];

const main = document.getElementById('main');
let shown = { name: null, screen: null, leave: new AbortController() };
let written = '';

drawTop();
mountDock(document.getElementById('dock'));
start();
bind('Anywhere', [
  { keys: ['?'], words: 'These keys', run: showKeys },
  ...SCREENS.map(({ key, words, name }) => ({
    keys: [`g ${key}`],
    words,
    run: () => {
      location.hash = `#/${name}`;
    },
  })),
]);
onSession(drawTop);
addEventListener('hashchange', () => location.hash !== written && route());
begin();

async function begin() {
  fill(main, waiting(6));
  try {
    await refresh();
    route();
  } catch (error) {
    fill(main, failure(error, begin));
  }
}

/** Shows the screen of the address. */
async function route() {
  const [, name = 'search', text = ''] = /^#\/([a-z]+)(?:\?(.*))?$/.exec(location.hash) ?? [];
  const entry = SCREENS.find((screen) => screen.name === name) ?? SCREENS[0];
  const parameters = new URLSearchParams(text);
  written = location.hash;
  if (shown.name === entry.name && shown.screen?.update) {
    shown.screen.update(parameters);
    return;
  }
  shown.leave.abort();
  shown = { name: entry.name, screen: null, leave: new AbortController() };
  const { leave } = shown;
  drawTop();
  document.title = `${entry.words} · auricle`;
  document.body.dataset.screen = entry.name;
  fill(main, waiting(6));
  try {
    const screen = await entry.load();
    if (leave.signal.aborted) return;
    fill(main);
    const root = h('div', { class: `screen screen-${entry.name}` });
    main.append(root);
    scrollTo({ top: 0 });
    shown.screen =
      screen.mount(root, { parameters, signal: leave.signal, go: (next, options) => go(entry.name, next, options) }) ??
      {};
    announce(entry.words);
  } catch (error) {
    fill(main, failure(error, route));
  }
}

/** Writes the state of a screen into the address, as a new step or in place of the last one. */
function go(name, parameters, { replace = false } = {}) {
  const text = parameters.toString();
  const hash = `#/${name}${text ? `?${text}` : ''}`;
  if (hash === location.hash) return;
  written = hash;
  history[replace ? 'replaceState' : 'pushState'](null, '', hash);
}

function drawTop() {
  const links = SCREENS.map(({ name, words, icon: drawing }) =>
    h(
      'a',
      { href: `#/${name}`, 'aria-current': shown.name === name ? 'page' : null },
      icon(drawing),
      h('span', {}, words),
    ),
  );
  const others = libraries();
  const select =
    others.length > 1
      ? h(
          'select',
          {
            class: 'field',
            'aria-label': 'Library',
            onchange: () => {
              choose(select.value);
              shown.name = null;
              route();
            },
          },
          others.map(({ name }) => h('option', { value: name, selected: library()?.name === name }, name)),
        )
      : null;
  const names = { auto: 'as the system has it', light: 'light', dark: 'dark' };
  const look = h(
    'button',
    {
      class: 'iconic',
      title: `Theme: ${names[theme()]}`,
      'aria-label': `Theme: ${names[theme()]}; change`,
      onclick: () => {
        nextTheme();
        drawTop();
        document.querySelector('[data-look]').focus();
        announce(`Theme: ${names[theme()]}`);
      },
      data: { look: '' },
    },
    icon(theme()),
  );
  fill(
    document.getElementById('top'),
    h(
      'a',
      { class: 'wordmark', href: '#/search', 'aria-label': 'auricle, to the search' },
      mark(),
      h('span', {}, 'auricle'),
    ),
    h('nav', { class: 'tabs', 'aria-label': 'Screens' }, links),
    h(
      'div',
      { class: 'top-more' },
      select,
      look,
      h('button', { class: 'iconic', title: 'Keys (?)', 'aria-label': 'Keys', onclick: showKeys }, icon('keys')),
    ),
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
