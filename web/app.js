// Owns the frame: which screen is shown, and the address. Each screen owns all below the bar.

import { readHash, titleOf, wordsOf, writeHash } from './address.js';
import { mountDock } from './dock.js';
import { bind, showKeys, start } from './keyboard.js';
import { fill, h } from './parts/dom.js';
import { announce, failure, notice, waiting } from './parts/say.js';
import { SCREENS, screenNamed } from './screens.js';
import { keepScroll, restoreScroll, startScroll } from './scroll.js';
import { choose, libraries, libraryName, onSession, refresh } from './session.js';
import { drawTop } from './top.js';

const main = document.getElementById('main');
const top = document.getElementById('top');

/** What is shown, of which library, and the hash that this page itself has written last. */
const state = { name: null, library: null, screen: null, leave: new AbortController(), written: '' };

drawBar();
mountDock(document.getElementById('dock'));
start();
startScroll();
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
  const { name, library, parameters } = readHash(location.hash);
  const entry = screenNamed(name);
  if (library && !libraries().some((each) => each.name === library)) {
    showUnknown(library);
    return;
  }
  if (library && library !== libraryName()) choose(library);
  // An address that names no library, as the links of the page do, means the one that is shown.
  state.written = writeHash(entry.name, parameters, libraryName());
  if (state.written !== location.hash) history.replaceState(history.state, '', state.written);
  const isThere = state.name === entry.name && state.library === libraryName();
  if (isThere && state.screen?.update) update(entry, parameters);
  else open(entry, parameters);
}

function update(entry, parameters) {
  setTitle(entry);
  state.screen.update(parameters);
  restoreScroll(main);
}

async function open(entry, parameters) {
  state.leave.abort();
  const leave = new AbortController();
  Object.assign(state, { name: entry.name, library: libraryName(), screen: null, leave });
  drawBar();
  setTitle(entry);
  document.body.dataset.screen = entry.name;
  fill(main, waiting(6));
  try {
    const { mount } = await entry.load();
    if (leave.signal.aborted) return;
    const root = h('div', { class: `screen screen-${entry.name}` });
    fill(main, root);
    restoreScroll(main);
    state.screen = mount(root, { parameters, signal: leave.signal, ...frameOf(entry, leave.signal) });
    announce(entry.words);
  } catch (error) {
    fill(main, failure(error, route));
  }
}

/** What a screen may do to the frame while it is shown: change the address, and say in the tab's title what is asked. */
function frameOf(entry, signal) {
  const isShown = () => !signal.aborted;
  return {
    go: (next, options) => isShown() && write(writeHash(entry.name, next, libraryName()), options),
    title: (asked) => isShown() && setTitle(entry, asked),
  };
}

function setTitle(entry, asked) {
  document.title = titleOf(entry.words, asked);
}

/** An address of a library that the server does not have. */
function showUnknown(library) {
  state.leave.abort();
  Object.assign(state, { name: null, screen: null, written: location.hash });
  drawBar();
  document.title = titleOf(library);
  const { name, parameters } = readHash(location.hash);
  const others = libraries().map((each) =>
    h('a', { class: 'button', href: writeHash(screenNamed(name).name, parameters, each.name) }, `Show “${each.name}”`),
  );
  const body = 'The address may come from another computer, or the server may have been started without it.';
  fill(main, notice({ title: `There is no library “${library}” here`, body, actions: others }));
}

/** Puts the state of a screen into the address, as a new step or in place of the last one. */
function write(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  state.written = hash;
  if (replace) {
    history.replaceState(history.state, '', hash);
    return;
  }
  keepScroll();
  history.pushState({ scroll: Math.round(scrollY) }, '', hash);
}

function drawBar() {
  drawTop(top, state.name, (library) => {
    const { parameters } = readHash(location.hash);
    location.hash = writeHash(state.name ?? SCREENS[0].name, wordsOf(parameters), library);
  });
}
