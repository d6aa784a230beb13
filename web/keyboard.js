// Owns the keys: who has which one now, and the overlay that lists them. Keys without a modifier can be switched off.

import { h } from './parts/dom.js';
import { remember, remembered } from './parts/memory.js';

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
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = nameOf(event);
    if (isTyping(event.target) || isTaken(event.target, pressed) || document.querySelector('dialog[open]')) return;
    if (!remembered('keys', true) && pressed !== 'Escape') return;
    const run = find(pending ? `${pending} ${pressed}` : pressed) ?? find(pressed);
    pending = pressed === 'g' ? 'g' : '';
    if (!run) return;
    event.preventDefault();
    run(event);
  });
}

/** Shows all keys that do something now. */
export function showKeys() {
  const dialog = h('dialog', { class: 'dialog keys', 'aria-labelledby': 'keys-title' });
  const toggle = h('input', {
    type: 'checkbox',
    checked: remembered('keys', true),
    onchange: () => remember('keys', toggle.checked),
  });
  const list = groups.map(({ name, keys }) =>
    h(
      'section',
      {},
      h('h3', {}, name),
      h(
        'dl',
        {},
        keys
          .filter(({ words }) => words)
          .map(({ keys: pressed, words, shown }) =>
            h('div', {}, h('dt', {}, cap(shown ?? pressed)), h('dd', {}, words)),
          ),
      ),
    ),
  );
  dialog.append(
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', { id: 'keys-title' }, 'Keys'),
      h('button', { class: 'button', onclick: () => dialog.close() }, 'Close'),
    ),
    h('div', { class: 'keys-groups' }, list),
    h('label', { class: 'check' }, toggle, 'Single keys do something'),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function find(pressed) {
  for (const { keys } of [...groups].reverse()) {
    const found = keys.find((each) => each.keys.includes(pressed) && (each.when?.() ?? true));
    if (found) return found.run;
  }
  return null;
}

function nameOf(event) {
  const key = event.key === ' ' ? 'Space' : event.key;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

function isTyping(target) {
  return (
    target.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target.tagName === 'INPUT' && !/^(checkbox|radio|button|range)$/.test(target.type))
  );
}

/** Whether the element in focus does something with that key itself. */
function isTaken(target, pressed) {
  if (target.closest('[data-keys="own"]')) return /^(Arrow|Shift\+Arrow|Home|End|Space|Enter|\+|-)/.test(pressed);
  if (/^(Space|Enter)$/.test(pressed)) return Boolean(target.closest('button, a, summary, input'));
  return target.tagName === 'INPUT' && /Arrow/.test(pressed);
}

function cap(keys) {
  const names = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    'Shift+ArrowLeft': '⇧ ←',
    'Shift+ArrowRight': '⇧ →',
  };
  return keys.map((key, at) => [at > 0 ? ' ' : '', ...key.split(' ').map((each) => h('kbd', {}, names[each] ?? each))]);
}
