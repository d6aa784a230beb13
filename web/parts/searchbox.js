// Owns the search box: words as they are typed, chips that are wanted or not, a file, the microphone.

import { part, signedWord } from '../query.js';
import { debounced, fill, h } from './dom.js';
import { icon } from './icons.js';
import { microphoneButton } from './microphone.js';
import { queryChip } from './querychip.js';
import { fileButton } from './upload.js';

const TYPING_PAUSE_MS = 220;
const LEAST_LETTERS = 2;

/**
 * The box for `query`, which it changes in place. `onchange(isFinal)` is called while typing, and finally on Enter and by
 * chips; `onsound(sound)` gets a file or a recording; `ondown()` leaves the box for the list.
 */
export class SearchBox {
  constructor(query, { onchange, onsound, ondown }) {
    Object.assign(this, { query, onchange });
    this.later = debounced(() => onchange(false), TYPING_PAUSE_MS);
    this.input = this.#input(ondown);
    this.chips = h('ul', { class: 'chips', 'aria-label': 'Wanted and not wanted' });
    this.add = this.#signButton(1, { words: 'Add as wanted', keys: 'Shift+Enter', drawing: 'plus' });
    this.not = this.#signButton(-1, { words: 'Add as not wanted', keys: 'Alt+Enter', drawing: 'minus' });
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
      fileButton('Search with a file', onsound),
      h(
        'span',
        { class: 'hidden-text', id: 'box-hint' },
        'Enter searches, Shift+Enter adds the words as wanted, Alt+Enter as not wanted.',
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
    const onchange = () => this.#done();
    fill(
      this.chips,
      query.parts.map((each) => queryChip(each, query, onchange)),
    );
    this.#drawBlank();
  }

  /** The words that were typed become a chip. */
  turnIntoChip(sign) {
    const words = this.input.value.trim();
    this.input.focus();
    if (words === '') return;
    this.query.parts.push(part('text', words, { sign }));
    this.query.text = '';
    this.input.value = '';
    this.#done();
  }

  #input(ondown) {
    return h('input', {
      type: 'search',
      id: 'words',
      class: 'box-input',
      autocomplete: 'off',
      spellcheck: false,
      'aria-label': 'Describe a sound',
      'aria-describedby': 'box-hint',
      enterkeyhint: 'search',
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event, ondown),
    });
  }

  #signButton(sign, { words, keys, drawing }) {
    return h(
      'button',
      {
        type: 'button',
        class: sign > 0 ? 'sign' : 'sign sign-no',
        title: `${words} (${keys})`,
        'aria-label': words,
        onclick: () => this.turnIntoChip(sign),
      },
      icon(drawing),
    );
  }

  #done() {
    this.later.stop();
    this.draw();
    this.onchange(true);
  }

  #onInput() {
    this.query.text = this.input.value;
    this.#drawBlank();
    const { length } = this.input.value.trim();
    if (length === 0 || length >= LEAST_LETTERS) this.later();
  }

  #onSubmit(event) {
    event.preventDefault();
    const signed = signedWord(this.input.value);
    if (signed) {
      this.input.value = signed.words;
      this.turnIntoChip(signed.sign);
      return;
    }
    this.later.stop();
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

  /** Without words there is nothing to add; with chips the words go on from them. */
  #drawBlank() {
    const isBlank = this.input.value.trim() === '';
    this.add.disabled = isBlank;
    this.not.disabled = isBlank;
    this.input.placeholder = this.query.parts.length > 0 ? 'and …' : 'Describe a sound, or drop one here';
  }
}
