// Owns the bar of the map: the words that colour it, what dragging does, playing on hover, and selecting the best.

import { debounced, fill, h, refill } from '../../parts/dom.js';
import { icon } from '../../parts/icons.js';
import { remember, remembered } from '../../parts/memory.js';
import { BEST } from './state.js';
import { statusOf } from './words.js';

const TYPING_PAUSE_MS = 250;
const MODES = [
  ['move', 'Move', ''],
  ['lasso', 'Lasso', 'Draw around sounds to label them (v, or drag with Shift)'],
];

/** Whether the map plays what the pointer is over. */
export function playsOnHover() {
  return remembered('hover', true);
}

export class MapBar {
  /** `onwords(text)` is called while typing, `onmode(mode)` when dragging is to do something else, `onbest()` on request. */
  constructor(text, { onwords, onmode, onbest }) {
    Object.assign(this, { onmode });
    this.later = debounced(() => onwords(this.input.value.trim()), TYPING_PAUSE_MS);
    this.input = this.#words(text);
    this.modes = h('div', { class: 'segments', role: 'group', 'aria-label': 'Drag mode' });
    this.hover = h(
      'button',
      {
        type: 'button',
        class: 'pill',
        title: 'Play the sound under the pointer (h)',
        'aria-pressed': String(playsOnHover()),
        onclick: () => this.toggleHover(),
      },
      'Play on hover',
    );
    this.best = h(
      'button',
      { type: 'button', class: 'pill', disabled: true, onclick: onbest },
      `Select the best ${BEST}`,
    );
    this.status = h('p', { class: 'quiet-words', role: 'status', 'aria-live': 'polite' });
    this.element = fill(
      h('div', { class: 'map-bar' }),
      this.input,
      legend(),
      h('div', { class: 'map-tools' }, this.modes, this.hover, this.best),
      this.status,
    );
  }

  draw(state) {
    this.best.disabled = state.scores === null;
    this.status.textContent = statusOf(state);
  }

  drawMode(mode) {
    refill(
      this.modes,
      MODES.map(([name, words, title]) =>
        h(
          'button',
          { type: 'button', 'aria-pressed': String(mode === name), title, onclick: () => this.onmode(name) },
          icon(name),
          words,
        ),
      ),
    );
  }

  toggleHover() {
    remember('hover', !playsOnHover());
    this.hover.setAttribute('aria-pressed', String(playsOnHover()));
  }

  #words(text) {
    return h('input', {
      type: 'search',
      class: 'field map-prompt',
      placeholder: 'Colour by words: rain, laughter …',
      value: text,
      'aria-label': 'Colour the map by words',
      oninput: () => this.later(),
      onkeydown: (event) => event.key === 'Enter' && this.later.now(),
    });
  }
}

function legend() {
  return h(
    'div',
    { class: 'map-legend', 'aria-hidden': 'true' },
    h('span', {}, 'far'),
    h('span', { class: 'map-ramp' }),
    h('span', {}, 'near'),
  );
}
