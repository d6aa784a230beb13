// Owns the search box: words as they are typed, chips that are wanted or not, a file, the microphone.

import { part } from '../query.js';
import { calm, fill, h } from './dom.js';
import { stretch } from './format.js';
import { icon } from './icons.js';
import { microphoneButton } from './microphone.js';
import { fileButton } from './upload.js';

const TYPING_PAUSE_MS = 220;
const LEAST_LETTERS = 2;
const WEIGHTS = [0.25, 0.5, 1, 2, 4];

/**
 * The box for `query`, which it changes in place. `onchange(isFinal)` is called while typing, and finally on Enter and by chips;
 * `onsound(sound)` gets a file or a recording; `ondown()` leaves the box for the list.
 */
export class SearchBox {
  constructor(query, { onchange, onsound, ondown }) {
    Object.assign(this, { query, onchange });
    this.later = calm(() => onchange(false), TYPING_PAUSE_MS);
    this.input = h('input', {
      type: 'search',
      id: 'words',
      class: 'box-input',
      placeholder: 'Describe a sound, or drop one here',
      autocomplete: 'off',
      spellcheck: false,
      'aria-label': 'Describe a sound',
      'aria-describedby': 'box-hint',
      enterkeyhint: 'search',
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event, ondown),
    });
    this.chips = h('ul', { class: 'chips', 'aria-label': 'What is wanted and what is not' });
    this.add = h(
      'button',
      {
        type: 'button',
        class: 'sign',
        title: 'Also wanted (Shift+Enter)',
        'aria-label': 'Also wanted',
        onclick: () => this.turnIntoChip(1),
      },
      icon('plus'),
    );
    this.not = h(
      'button',
      {
        type: 'button',
        class: 'sign sign-no',
        title: 'Not wanted (Alt+Enter)',
        'aria-label': 'Not wanted',
        onclick: () => this.turnIntoChip(-1),
      },
      icon('minus'),
    );
    this.element = h(
      'form',
      { class: 'box', role: 'search', onsubmit: (event) => this.#onSubmit(event) },
      icon('search'),
      this.chips,
      this.input,
      this.add,
      this.not,
      h('span', { class: 'box-rule' }),
      microphoneButton(onsound),
      fileButton('Search by a file', onsound),
      h(
        'span',
        { class: 'hidden-text', id: 'box-hint' },
        'Enter searches, Shift+Enter adds the words as wanted, Alt+Enter as not wanted',
      ),
    );
    this.draw();
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  /** Shows `query`, which may be another one now. */
  draw(query = this.query) {
    this.query = query;
    if (this.input.value.trim() !== query.text.trim()) this.input.value = query.text;
    fill(
      this.chips,
      query.parts.map((each) => this.#chip(each)),
    );
    this.#judge();
  }

  /** The words that were typed become a chip. */
  turnIntoChip(sign) {
    const words = this.input.value.trim();
    if (words === '') {
      this.input.focus();
      return;
    }
    this.query.parts.push(part('text', words, { sign }));
    this.query.text = '';
    this.input.value = '';
    this.input.focus();
    this.#done();
  }

  #done() {
    this.later.stop();
    this.draw();
    this.onchange(true);
  }

  #onInput() {
    this.query.text = this.input.value;
    this.#judge();
    const { length } = this.input.value.trim();
    if (length === 0 || length >= LEAST_LETTERS) this.later();
  }

  #onSubmit(event) {
    event.preventDefault();
    // “-speech” and “+rain” are written as people write them elsewhere.
    const signed = /^([+\-−])\s*(.+)$/s.exec(this.input.value.trim());
    if (signed) {
      this.input.value = signed[2];
      this.turnIntoChip(signed[1] === '+' ? 1 : -1);
      return;
    }
    this.later.now(true);
    this.onchange(true);
  }

  #onKey(event, ondown) {
    if (event.key === 'Enter' && (event.shiftKey || event.altKey)) {
      event.preventDefault();
      this.turnIntoChip(event.shiftKey ? 1 : -1);
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      ondown();
    } else if (event.key === 'Backspace' && this.input.value === '' && this.query.parts.length > 0) {
      this.query.parts.pop();
      this.#done();
    } else if (event.key === 'Escape') {
      this.input.blur();
    }
  }

  #judge() {
    const isBlank = this.input.value.trim() === '';
    this.add.disabled = isBlank;
    this.not.disabled = isBlank;
    this.input.placeholder = this.query.parts.length > 0 ? 'and …' : 'Describe a sound, or drop one here';
  }

  #chip(each) {
    const name = chipName(each);
    const isWanted = each.sign > 0;
    const change = (task) => () => {
      task();
      this.#done();
    };
    const weigh = (by) => {
      const at = WEIGHTS.indexOf(each.weight);
      each.weight = WEIGHTS[Math.max(0, Math.min(WEIGHTS.length - 1, (at < 0 ? 2 : at) + by))];
    };
    return h(
      'li',
      { class: isWanted ? 'chip' : 'chip chip-no' },
      h(
        'button',
        {
          type: 'button',
          class: 'chip-sign',
          'aria-label': `${name} is ${isWanted ? 'wanted' : 'not wanted'}; turn it round`,
          title: isWanted ? 'Wanted; turn it round' : 'Not wanted; turn it round',
          onclick: change(() => {
            each.sign = -each.sign;
          }),
        },
        icon(isWanted ? 'plus' : 'minus'),
      ),
      each.kind === 'text' ? null : icon(each.kind === 'with' ? 'teach' : 'like'),
      h('span', { class: 'chip-name' }, name),
      h(
        'button',
        {
          type: 'button',
          class: 'chip-weight figure',
          'aria-label': `${name} counts ${each.weight} times; change`,
          title: 'How much it counts',
          onclick: change(() => (each.weight >= WEIGHTS.at(-1) ? (each.weight = WEIGHTS[0]) : weigh(1))),
        },
        `×${each.weight}`,
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'chip-close',
          'aria-label': `Remove ${name}`,
          onclick: change(() => this.query.parts.splice(this.query.parts.indexOf(each), 1)),
        },
        icon('close'),
      ),
    );
  }
}

/** How a part of a query is called. */
export function chipName({ kind, value, name, start, end }) {
  const times = start !== null && end !== null ? ` ${stretch(start, end)}` : '';
  return (kind === 'text' ? value : name || (kind === 'id' ? `sound ${value}` : value)) + times;
}
