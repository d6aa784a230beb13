// Owns the options of the label screen: one label or all that fit, the threshold, a list of labels, and saving.

import { debounced, h, refill } from '../../parts/dom.js';
import { percent } from '../../parts/format.js';
import { listOption } from './state.js';

const SLIDER_PAUSE_MS = 150;
const SETS = [
  ['esc50', 'ESC-50, 50 everyday sounds'],
  ['audioset', 'AudioSet, 527 sounds'],
];
const WAYS = [
  [false, 'The best label'],
  [true, 'All that fit'],
];

/** The options for `state`; each of the callbacks follows what was chosen. */
export class LabelOptions {
  constructor({ onmulti, onlist, onthreshold, onsave }) {
    Object.assign(this, { onmulti, onlist, onthreshold, heads: [] });
    this.element = h('div', { class: 'tools' });
    this.save = h('button', { class: 'button keep', onclick: onsave }, 'Save these labels');
  }

  draw(state) {
    this.save.disabled = state.found === null;
    refill(this.element, this.#ways(state), this.#threshold(state), this.#list(state), this.save);
  }

  #ways(state) {
    return h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': 'Labels for each sound' },
      WAYS.map(([multi, words]) =>
        h(
          'button',
          { type: 'button', 'aria-pressed': String(state.multi === multi), onclick: () => this.onmulti(multi) },
          words,
        ),
      ),
    );
  }

  #threshold(state) {
    const shown = h('output', { class: 'figure' }, percent(state.threshold));
    const later = debounced(this.onthreshold, SLIDER_PAUSE_MS);
    const slider = h('input', {
      type: 'range',
      min: '0.05',
      max: '0.95',
      step: '0.05',
      value: String(state.threshold),
      oninput: () => {
        shown.textContent = percent(Number(slider.value));
        later(Number(slider.value));
      },
    });
    return h('label', { class: 'slider' }, 'Threshold', slider, shown);
  }

  #list(state) {
    const chosen = listOption(state);
    const option = (value, words) => h('option', { value, selected: value === chosen }, words);
    const select = h(
      'select',
      { class: 'field field-auto', 'aria-label': 'A list of labels', onchange: () => this.onlist(select.value) },
      option('', 'Or a list …'),
      SETS.map(([name, words]) => option(`set:${name}`, words)),
      this.heads.map(({ name }) => option(`head:${name}`, `head: ${name}`)),
    );
    return select;
  }
}
