// Owns how a head is shown: what it learned from, how good it is, and how it is renamed or removed.

import * as api from '../api.js';
import { libraryName } from '../session.js';
import { h } from './dom.js';
import { many, percent } from './format.js';
import { say, sayProblem } from './say.js';

const CLASSES_SHOWN = 6;
const COLUMNS = [
  ['class', ''],
  ['precision', 'How many of the sounds it finds are right'],
  ['recall', 'How many of the right sounds it finds'],
  ['average', 'Average precision: both in one figure'],
];

/** What is known of a head; null before it has learned anything. */
export function headFigures(facts) {
  if (!facts) return null;
  const took = facts.seconds ? ` in ${(facts.seconds * 1000).toFixed(1)} ms` : '';
  return h(
    'div',
    { class: 'head-figures' },
    h('p', {}, `Learned from ${many(facts.examples ?? 0, 'sound')}${took}`),
    classTable(facts.classes ?? []),
    h('p', { class: 'quiet-words' }, headWorth(facts)),
  );
}

/** The heads of a library with what can be done with them; `ongo(name)` goes on teaching one, `onchange()` follows a change. */
export function headList(heads, { ongo, onchange }) {
  return h(
    'ul',
    { class: 'head-list' },
    heads.map((head) => headItem(head, { ongo, onchange })),
  );
}

function classTable(classes) {
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        COLUMNS.map(([name, title]) => h('th', { scope: 'col', title }, name)),
      ),
    ),
    h('tbody', {}, classes.slice(0, CLASSES_SHOWN).map(classRow)),
  );
}

function classRow({ name, precision, recall, average_precision: average }) {
  const figure = (share) => (typeof share === 'number' ? percent(share) : '–');
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    [precision, recall, average].map((share) => h('td', { class: 'figure' }, figure(share))),
  );
}

function headWorth({ folds, classes = [] }) {
  if (!folds) return 'A few more answers, and auricle can measure how good it is.';
  const [first] = classes;
  const words = typeof first?.zero_shot === 'number' ? `; the words alone reach ${percent(first.zero_shot)}` : '';
  return `Measured on sounds it had not learned from, in ${folds} rounds${words}.`;
}

function headItem(head, { ongo, onchange }) {
  return h(
    'li',
    {},
    h('div', {}, h('strong', {}, head.name), h('small', {}, many(head.examples ?? 0, 'example'))),
    h(
      'div',
      { class: 'head-actions' },
      h('button', { class: 'link', onclick: () => ongo(head.name) }, 'Continue'),
      h('a', { class: 'link', href: `#/search?and=with:${encodeURIComponent(head.name)}` }, 'Search'),
      h('button', { class: 'link', onclick: () => rename(head.name, onchange) }, 'Rename'),
      h('button', { class: 'link', onclick: () => remove(head.name, onchange) }, 'Remove'),
    ),
  );
}

function rename(name, onchange) {
  const field = h('input', { class: 'field', value: name, 'aria-label': 'New name' });
  ask(`Rename ${name}`, field, 'Rename', async () => {
    await api.renameHead(name, { library: libraryName(), to: field.value.trim() });
    onchange();
  });
}

function remove(name, onchange) {
  const warning = h('p', {}, 'What it has learned will be lost. Your sounds are not touched.');
  ask(`Remove ${name}?`, warning, 'Remove', async () => {
    await api.removeHead(name, { library: libraryName() });
    say(`${name} removed`);
    onchange();
  });
}

function ask(title, body, words, run) {
  const box = h('dialog', { class: 'dialog dialog-small', 'aria-labelledby': 'dialog-title' });
  const buttons = [
    h('button', { class: 'button button-first' }, words),
    h('button', { type: 'button', class: 'button', onclick: () => box.close() }, 'Cancel'),
  ];
  box.append(
    h(
      'form',
      { method: 'dialog', onsubmit: () => run().catch(sayProblem) },
      h('h2', { id: 'dialog-title' }, title),
      body,
      h('div', { class: 'notice-actions' }, buttons),
    ),
  );
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
