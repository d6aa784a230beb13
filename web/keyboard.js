// Owns who has which key now, and the overlay that lists them. Keys without a modifier can be switched off.

import { capsOf, keyName, pendingAfter, taskOf } from './keys.js';
import { h } from './parts/dom.js';
import { remember, remembered } from './parts/memory.js';

const TEXT_FIELDS = /^(TEXTAREA|SELECT)$/;
const BUTTON_LIKE = /^(checkbox|radio|button|range)$/;
/** Keys that sliders and the map handle themselves. */
const OWN_KEYS = /^(Arrow|Shift\+Arrow|Home|End|Space|Enter|\+|-)/;

const groups = [];
let pending = '';

/** Binds keys until `signal` says stop: [{ keys: ['m'], words: 'More like this', run }]. `g s` is two keys in a row. */
export function bind(name, keys, signal) {
  const group = { name, keys };
  groups.push(group);
  signal?.addEventListener('abort', () => groups.splice(groups.indexOf(group), 1));
}

/** Starts to listen. */
export function start() {
  document.addEventListener('keydown', onKey);
}

/** Shows all keys that do something now. */
export function showKeys() {
  const dialog = h('dialog', { class: 'dialog keys', 'aria-labelledby': 'keys-title' });
  const toggle = h('input', {
    type: 'checkbox',
    checked: remembered('keys', true),
    onchange: () => remember('keys', toggle.checked),
  });
  dialog.append(
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', { id: 'keys-title' }, 'Keyboard shortcuts'),
      h('button', { class: 'button', onclick: () => dialog.close() }, 'Close'),
    ),
    h('div', { class: 'keys-groups' }, groups.map(keyGroup)),
    h('label', { class: 'check' }, toggle, 'Use single-key shortcuts'),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function keyGroup({ name, keys }) {
  const listed = keys.filter(({ words }) => words);
  return h('section', {}, h('h3', {}, name), h('dl', {}, listed.map(keyItem)));
}

function keyItem({ keys, words, shown }) {
  const caps = capsOf(shown ?? keys).map((row, at) => [at > 0 ? ' ' : '', row.map((cap) => h('kbd', {}, cap))]);
  return h('div', {}, h('dt', {}, caps), h('dd', {}, words));
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const pressed = keyName(event);
  if (isTyping(event.target) || isTaken(event.target, pressed) || isSilenced(pressed)) return;
  const run = taskOf(groups, pending, pressed);
  pending = pendingAfter(pressed);
  if (!run) return;
  event.preventDefault();
  run(event);
}

/** Whether shortcuts are switched off, or a dialogue is open. */
function isSilenced(pressed) {
  return Boolean(document.querySelector('dialog[open]')) || (!remembered('keys', true) && pressed !== 'Escape');
}

function isTyping(target) {
  return (
    target.isContentEditable ||
    TEXT_FIELDS.test(target.tagName) ||
    (target.tagName === 'INPUT' && !BUTTON_LIKE.test(target.type))
  );
}

/** Whether the element in focus does something with that key itself. */
function isTaken(target, pressed) {
  if (target.closest('[data-keys="own"]')) return OWN_KEYS.test(pressed);
  if (/^(Space|Enter)$/.test(pressed)) return Boolean(target.closest('button, a, summary, input'));
  return target.tagName === 'INPUT' && /Arrow/.test(pressed);
}
