// Owns how a taught head is shown: what it learned from, what it is worth, and how it is renamed or removed.

import * as api from '../api.js';
import { libraryName } from '../session.js';
import { h } from './dom.js';
import { many, percent } from './format.js';
import { say, sayProblem } from './say.js';

/** What is known of a head; null before it has learned anything. */
export function headFigures(facts) {
  if (!facts) return null;
  const figure = (share) => (share === null || share === undefined ? '–' : percent(share));
  return h(
    'div',
    { class: 'head-figures' },
    h(
      'p',
      {},
      `Learned from ${many(facts.examples ?? 0, 'sound')}${facts.seconds ? ` in ${(facts.seconds * 1000).toFixed(1)} ms` : ''}`,
    ),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['class', 'precision', 'recall', 'average'].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        {},
        (facts.classes ?? []).slice(0, 6).map((each) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, each.name),
            [each.precision, each.recall, each.average_precision].map((share) =>
              h('td', { class: 'figure' }, figure(share)),
            ),
          ),
        ),
      ),
    ),
    facts.folds
      ? h(
          'p',
          { class: 'quiet-words' },
          `Judged on sounds held out, ${facts.folds} times in turn${worth(facts.classes)}`,
        )
      : h('p', { class: 'quiet-words' }, 'A few more answers, and it can say how good it is.'),
  );
}

/** Heads with what can be done with them; `ongo(name)` teaches one further, `onchange()` follows a change. */
export function headList(heads, { ongo, onchange }) {
  return h(
    'ul',
    { class: 'head-list' },
    heads.map((head) =>
      h(
        'li',
        {},
        h('div', {}, h('strong', {}, head.name), h('small', {}, `${many(head.examples ?? 0, 'example')}`)),
        h(
          'div',
          { class: 'head-actions' },
          h('button', { class: 'link', onclick: () => ongo(head.name) }, 'Go on'),
          h('a', { class: 'link', href: `#/search?and=with:${encodeURIComponent(head.name)}` }, 'Search'),
          h('button', { class: 'link', onclick: () => rename(head.name, onchange) }, 'Rename'),
          h('button', { class: 'link', onclick: () => remove(head.name, onchange) }, 'Remove'),
        ),
      ),
    ),
  );
}

function worth(classes = []) {
  const [first] = classes;
  if (!first || first.zero_shot === null || first.zero_shot === undefined || typeof first.zero_shot !== 'number')
    return '.';
  return `; the words alone reach ${percent(first.zero_shot)}.`;
}

function rename(name, onchange) {
  const field = h('input', { class: 'field', value: name, 'aria-label': 'New name' });
  dialog(`Rename ${name}`, field, 'Rename', async () => {
    await api.renameHead(name, { library: libraryName(), to: field.value.trim() });
    onchange();
  });
}

function remove(name, onchange) {
  dialog(`Remove ${name}?`, h('p', {}, 'What it learned is forgotten; no sound is touched.'), 'Remove', async () => {
    await api.removeHead(name, { library: libraryName() });
    say(`${name} removed`);
    onchange();
  });
}

function dialog(title, body, words, run) {
  const box = h('dialog', { class: 'dialog dialog-small', 'aria-labelledby': 'dialog-title' });
  box.append(
    h(
      'form',
      { method: 'dialog', onsubmit: () => run().catch(sayProblem) },
      h('h2', { id: 'dialog-title' }, title),
      body,
      h(
        'div',
        { class: 'notice-actions' },
        h('button', { class: 'button button-first' }, words),
        h('button', { type: 'button', class: 'button', onclick: () => box.close() }, 'Cancel'),
      ),
    ),
  );
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
