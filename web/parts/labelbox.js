// Owns the field where labels are typed: a chip for each; the one that is still being typed counts too.

import { debounced, fill, h } from './dom.js';
import { icon } from './icons.js';

const TYPING_PAUSE_MS = 350;

/** Whether `label` is among `labels`, whatever its capitals, underscores and spaces. */
export function holdsLabel(labels, label) {
  const plain = (each) =>
    each
      .toLowerCase()
      .replace(/[_\s]+/g, ' ')
      .trim();
  return labels.some((each) => plain(each) === plain(label));
}

/** A field for `labels`; `onchange(labels, isFinal)` is called while typing too. */
export class LabelBox {
  constructor(labels, onchange) {
    this.labels = [...labels];
    this.onchange = onchange;
    this.later = debounced(() => onchange(this.all(), false), TYPING_PAUSE_MS);
    this.chips = h('ul', { class: 'chips', 'aria-label': 'Labels' });
    this.input = h('input', {
      class: 'box-input',
      type: 'text',
      autocomplete: 'off',
      spellcheck: false,
      'aria-label': 'New label',
      'aria-describedby': 'label-hint',
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event),
      onpaste: (event) => {
        const text = event.clipboardData.getData('text');
        if (!/[\n,]/.test(text)) return;
        event.preventDefault();
        this.#take(text);
      },
    });
    this.element = h(
      'div',
      { class: 'box box-labels' },
      this.chips,
      this.input,
      h(
        'span',
        { class: 'hidden-text', id: 'label-hint' },
        'Enter or a comma ends a label. “siren @0.7 = a siren wails” gives it its own threshold and prompt.',
      ),
    );
    this.draw();
  }

  /** All labels, with the one that is being typed. */
  all() {
    const typed = this.input.value.trim();
    return typed.length > 1 && !holdsLabel(this.labels, typed) ? [...this.labels, typed] : [...this.labels];
  }

  /** Puts other labels in place of these. */
  set(labels) {
    this.labels = [...labels];
    this.input.value = '';
    this.draw();
  }

  draw() {
    this.input.placeholder = this.labels.length > 0 ? 'and …' : 'Type labels: dog, rain, someone laughing …';
    fill(
      this.chips,
      this.labels.map((label) =>
        h(
          'li',
          { class: 'chip' },
          h('span', { class: 'chip-name' }, label),
          h(
            'button',
            {
              type: 'button',
              class: 'chip-close',
              'aria-label': `Remove ${label}`,
              onclick: () => this.#remove(label),
            },
            icon('close'),
          ),
        ),
      ),
    );
  }

  #take(text) {
    for (const label of text.split(/[\n,]/).map((each) => each.trim()))
      if (label && !holdsLabel(this.labels, label)) this.labels.push(label);
    this.input.value = '';
    this.#done();
  }

  #remove(label) {
    this.labels = this.labels.filter((each) => each !== label);
    this.#done();
    this.input.focus();
  }

  #done() {
    this.later.stop();
    this.draw();
    this.onchange(this.all(), true);
  }

  #onInput() {
    if (this.input.value.includes(',')) this.#take(this.input.value);
    else this.later();
  }

  #onKey(event) {
    if (event.key === 'Enter' && this.input.value.trim()) {
      event.preventDefault();
      this.#take(this.input.value);
    } else if (event.key === 'Backspace' && this.input.value === '' && this.labels.length > 0) {
      this.labels.pop();
      this.#done();
    } else if (event.key === 'Escape') {
      this.input.blur();
    }
  }
}
