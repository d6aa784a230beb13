// Owns the panel of the selected sounds: a field to label them, and their list.

import { fill, h } from '../../parts/dom.js';
import { count } from '../../parts/format.js';
import { icon } from '../../parts/icons.js';
import { LISTED } from './state.js';
import { selectedWords } from './words.js';

/** An empty panel, which is hidden until something is selected. */
export function selectionPanel() {
  return h('aside', { class: 'map-side', 'aria-label': 'Selected sounds', hidden: true });
}

/** Draws what is selected; `onlabel(typed)` labels it, `onclear()` selects nothing. */
export function drawSelection(panel, state, list, { onlabel, onclear }) {
  const more = state.selected.length - LISTED;
  panel.hidden = state.selected.length === 0;
  fill(
    panel,
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', {}, selectedWords(state)),
      h('button', { class: 'iconic', 'aria-label': 'Clear the selection', onclick: onclear }, icon('close')),
    ),
    labelForm(state, onlabel),
    list,
    more > 0 ? h('p', { class: 'quiet-words' }, `and ${count(more)} more`) : null,
  );
}

function labelForm({ text }, onlabel) {
  const field = h('input', {
    class: 'field',
    placeholder: text || 'label',
    'aria-label': 'Label for the selected sounds',
  });
  return h(
    'form',
    {
      class: 'map-label',
      onsubmit: (event) => {
        event.preventDefault();
        onlabel(field.value);
      },
    },
    field,
    h('button', { class: 'button button-first' }, 'Label'),
  );
}
