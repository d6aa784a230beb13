// Owns what is said in passing: short remarks at the edge, and words for those who listen to the page.

import { h } from './dom.js';
import { sentence } from './format.js';
import { icon } from './icons.js';

const STAYS_MS = 5000;

/** Shows a remark for a few seconds. */
export function say(words, kind = 'plain') {
  const toast = h('div', { class: `toast toast-${kind}` }, kind === 'bad' ? icon('warn') : null, h('span', {}, words));
  document.getElementById('toasts').append(toast);
  setTimeout(() => toast.remove(), STAYS_MS);
}

/** Shows what went wrong; a request that was cancelled went as it should. */
export function sayProblem(error) {
  if (error.name === 'AbortError') return;
  say(error.detail ? `${sentence(error.title)}: ${error.detail}` : sentence(error.message), 'bad');
}

/** Tells a screen reader. */
export function announce(words) {
  document.getElementById('announcer').textContent = words;
}

/** What stands where results would be: nothing yet, nothing found, or something wrong. */
export function notice({ kind = 'empty', title, body, actions = [] }) {
  return h(
    'div',
    { class: `notice notice-${kind}`, role: kind === 'bad' ? 'alert' : null },
    kind === 'bad' ? icon('warn') : null,
    h('h2', {}, title),
    body ? h('p', {}, body) : null,
    actions.length > 0 ? h('div', { class: 'notice-actions' }, actions) : null,
  );
}

/** What stands there while the library is empty; `body` says what would be there. */
export function emptyLibraryNotice(body) {
  return notice({
    title: 'The library is empty',
    body,
    actions: [h('a', { class: 'button', href: '#/library' }, 'Go to the library')],
  });
}

/** What stands there when a request failed, with a button to try again. */
export function failure(error, retry) {
  return notice({
    kind: 'bad',
    title: sentence(error.title ?? 'something went wrong'),
    body: error.detail ?? error.message,
    actions: retry ? [h('button', { class: 'button', onclick: () => retry() }, 'Try again')] : [],
  });
}

/** Rows of grey while something is on its way. */
export function waiting(rows, words = 'Loading') {
  const bars = Array.from({ length: rows }, () => h('div', { class: 'bone' }));
  return h('div', { class: 'bones', 'aria-busy': 'true' }, h('span', { class: 'hidden-text' }, words), bars);
}
