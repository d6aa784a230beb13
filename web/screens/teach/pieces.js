// Owns the pieces of the teach screen: the form that begins a head, and the bar above the sounds to judge.

import { h } from '../../parts/dom.js';
import { percent } from '../../parts/format.js';
import { wordsOf } from './state.js';

const CLASSES_SHOWN = 2;

/** The form that names a head; `onbegin({ name, prompt })` follows it. */
export function headForm({ name, prompt }, onbegin) {
  const nameField = h('input', {
    class: 'field field-large',
    required: true,
    placeholder: 'siren',
    value: name,
    autocomplete: 'off',
  });
  const promptField = h('input', {
    class: 'field field-large',
    placeholder: 'a siren wails in the distance',
    value: prompt,
    autocomplete: 'off',
  });
  return h(
    'form',
    {
      class: 'teach-form',
      onsubmit: (event) => {
        event.preventDefault();
        onbegin({ name: nameField.value.trim(), prompt: promptField.value.trim() });
      },
    },
    h('label', {}, h('span', {}, 'What should it learn?'), nameField),
    h('label', {}, h('span', {}, 'Describe it (optional)'), promptField),
    h('button', { class: 'button button-first' }, 'Find candidates'),
  );
}

/** The bar above the sounds: the question, where the sounds come from, and the keys. */
export function teachBar(state, onsource) {
  const ways = [
    ['words', 'Closest to the words'],
    ['head', 'Least sure of'],
  ];
  return h(
    'div',
    { class: 'teach-bar' },
    h('h2', {}, 'Is this ', h('mark', {}, wordsOf(state)), '?'),
    h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': 'Which sounds to judge' },
      ways.map(([source, words]) =>
        h(
          'button',
          {
            type: 'button',
            'aria-pressed': String(state.source === source),
            disabled: source === 'head' && state.facts === null,
            onclick: () => onsource(source),
          },
          words,
        ),
      ),
    ),
    keysHint(),
  );
}

/** How sure the head is of a sound, as chips; null where it does not say. */
export function sureness(sound) {
  if (!sound.classes) return null;
  return sound.classes
    .slice(0, CLASSES_SHOWN)
    .map(({ name, presence }) => h('span', { class: 'why' }, `${name} ${percent(presence)}`));
}

function keysHint() {
  return h(
    'span',
    { class: 'teach-keys quiet-words' },
    h('kbd', {}, 'y'),
    ' yes ',
    h('kbd', {}, 'n'),
    ' no ',
    h('kbd', {}, 'u'),
    ' undo',
  );
}
