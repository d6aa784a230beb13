// Owns the frame: which screen is shown, and the address. Each screen owns all below the bar.

import { readHash, writeHash } from './address.js';
import { mountDock } from './dock.js';
import { bind, showKeys, start } from './keyboard.js';
import { fill, h } from './parts/dom.js';
import { announce, failure, waiting } from './parts/say.js';
import { SCREENS, screenNamed } from './screens.js';
import { onSession, refresh } from './session.js';
import { drawTop } from './top.js';

const main = document.getElementById('main');
const top = document.getElementById('top');

/** What is shown, and the hash that this page itself has written last. */
const state = { name: null, screen: null, leave: new AbortController(), written: '' };

drawBar();
mountDock(document.getElementById('dock'));
start();
bind('Anywhere', [
  { keys: ['?'], words: 'Keyboard shortcuts', run: showKeys },
  ...SCREENS.map(({ key, words, name }) => ({
    keys: [`g ${key}`],
    words,
    run: () => {
      location.hash = `#/${name}`;
    },
  })),
]);
onSession(drawBar);
addEventListener('hashchange', () => location.hash !== state.written && route());
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

/** Shows the screen of the address; a screen that is there already is only told of it. */
function route() {
  const { name, parameters } = readHash(location.hash);
  const entry = screenNamed(name);
  state.written = location.hash;
  if (state.name === entry.name && state.screen?.update) state.screen.update(parameters);
  else open(entry, parameters);
}

async function open(entry, parameters) {
  state.leave.abort();
  const leave = new AbortController();
  Object.assign(state, { name: entry.name, screen: null, leave });
  drawBar();
  document.title = `${entry.words} · auricle`;
  document.body.dataset.screen = entry.name;
  fill(main, waiting(6));
  try {
    const { mount } = await entry.load();
    if (leave.signal.aborted) return;
    const root = h('div', { class: `screen screen-${entry.name}` });
    fill(main, root);
    scrollTo({ top: 0 });
    const go = (next, options) => write(writeHash(entry.name, next), options);
    state.screen = mount(root, { parameters, signal: leave.signal, go });
    announce(entry.words);
  } catch (error) {
    fill(main, failure(error, route));
  }
}

/** Puts the state of a screen into the address, as a new step or in place of the last one. */
function write(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  state.written = hash;
  history[replace ? 'replaceState' : 'pushState'](null, '', hash);
}

function drawBar() {
  drawTop(top, state.name, () => {
    state.name = null;
    route();
  });
}
