// Owns the bar at the foot of a list while sounds are selected: label them, copy their paths, take lists of them away.

import * as api from '../api.js';
import { libraryName } from '../session.js';
import { copyPaths, saveText } from './carry.js';
import { areOfOne, FORMS } from './clips.js';
import { fill, h } from './dom.js';
import { many } from './format.js';
import { icon } from './icons.js';
import { announce, say, sayProblem } from './say.js';

/** The bar of `selection`; it is hidden while nothing is selected. `onlabel()` follows new labels. */
export function selectionBar(selection, { onlabel, signal }) {
  const words = h('strong', { role: 'status' });
  const field = h('input', { class: 'field', placeholder: 'Label', 'aria-label': 'Label for the selected sounds' });
  const forms = h('select', {
    class: 'field field-auto',
    'aria-label': 'Save the selected sounds as a list',
    onchange: () => {
      saveAs(forms.value, selection.all());
      forms.value = '';
    },
  });
  const bar = h(
    'section',
    { class: 'selection-bar', 'aria-label': 'Selected sounds', hidden: true },
    words,
    labelForm(field, () => label(field, selection, onlabel)),
    h('button', { type: 'button', class: 'button', onclick: () => copy(selection) }, icon('copy'), 'Copy paths'),
    forms,
    h('button', { type: 'button', class: 'button', onclick: () => selection.clear() }, 'Clear'),
  );
  const draw = () => {
    bar.hidden = selection.size === 0;
    words.textContent = `${many(selection.size, 'sound')} selected`;
    fill(forms, options(selection.all()));
  };
  selection.addEventListener('change', draw, { signal });
  draw();
  return bar;
}

function labelForm(field, onlabel) {
  return h(
    'form',
    {
      class: 'selection-label',
      onsubmit: (event) => {
        event.preventDefault();
        onlabel();
      },
    },
    field,
    h('button', { class: 'button button-first' }, 'Label'),
  );
}

function options(sounds) {
  const isOne = areOfOne(sounds);
  return [
    h('option', { value: '' }, 'Save as …'),
    FORMS.map(([name, words]) => {
      // A label track has times and no files.
      const isOff = name === 'audacity' && !isOne;
      return h('option', { value: name, disabled: isOff }, isOff ? `${words} (of one sound)` : words);
    }),
  ];
}

function saveAs(form, sounds) {
  const [, words, ending, type, write] = FORMS.find(([name]) => name === form);
  saveText(`${many(sounds.length, 'sound')}.${ending}`, type, write(sounds));
  announce(`${words} saved`);
}

function copy(selection) {
  copyPaths(...new Set(selection.all().map(({ path }) => path)));
}

async function label(field, selection, onlabel) {
  const text = field.value.trim();
  if (text === '') {
    say('Type a label first');
    return;
  }
  try {
    const ids = [...new Set(selection.all().map(({ id }) => id))];
    await api.setLabel({ library: libraryName(), label: text, ids, add: true });
    field.value = '';
    say(`${many(ids.length, 'sound')} labelled “${text}”`);
    onlabel();
  } catch (error) {
    sayProblem(error);
  }
}
