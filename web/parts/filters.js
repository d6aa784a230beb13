// Owns the filters of a search: fields, and the chips that show what is set while the fields are folded away.

import { FILTERS, filterWords, lengthWords } from '../filter.js';
import { roots } from '../session.js';
import { fill, h } from './dom.js';
import { icon } from './icons.js';
import { suggestions } from './suggest.js';

const FORMATS = ['wav', 'flac', 'mp3', 'ogg', 'aiff', 'm4a'];
const LENGTHS = [
  ['', '', 'Any length'],
  ['', '2', 'Up to 2 s'],
  ['2', '10', '2–10 s'],
  ['10', '60', '10 s – 1 min'],
  ['60', '', 'Over a minute'],
];

/** The filters of `query`, changed in place; `onchange()` is called after each change. */
export class Filters {
  constructor(query, onchange) {
    this.query = query;
    this.onchange = onchange;
    this.fields = h('div', { class: 'filters', id: 'filters', hidden: true });
    this.button = h('button', {
      type: 'button',
      class: 'pill',
      'aria-expanded': 'false',
      'aria-controls': 'filters',
      title: 'Filters (f)',
      onclick: () => this.toggle(),
    });
    this.chips = h('div', { class: 'filter-chips' });
    this.draw();
  }

  /** Opens or closes the fields. */
  toggle() {
    this.fields.hidden = !this.fields.hidden;
    this.button.setAttribute('aria-expanded', String(!this.fields.hidden));
    if (!this.fields.hidden) this.fields.querySelector('input, select')?.focus();
  }

  /** Shows the filters of `query`, which may be another one now. */
  draw(query = this.query) {
    this.query = query;
    this.#drawButton();
    this.#drawChips();
    this.#drawFields();
  }

  #drawButton() {
    const set = FILTERS.filter((name) => this.query.filter[name]);
    const number = set.length > 0 ? h('span', { class: 'count' }, String(set.length)) : null;
    fill(this.button, icon('filter'), 'Filters', number);
  }

  #drawChips() {
    fill(
      this.chips,
      filterWords(this.query.filter).map(([names, words]) =>
        h(
          'button',
          {
            type: 'button',
            class: 'chip chip-filter',
            'aria-label': `Remove filter: ${words}`,
            onclick: () => this.#clear(names),
          },
          words,
          icon('close'),
        ),
      ),
    );
  }

  #drawFields() {
    fill(
      this.fields,
      this.#suggesting('folder', 'Folder', roots()[0] ?? '/sounds/rain'),
      this.#format(),
      this.#length(),
      this.#field('rate', 'Sample rate', { type: 'number', min: '1', placeholder: '48000', inputmode: 'numeric' }),
      this.#choice('channels', 'Channels', [
        ['', 'Any'],
        ['1', 'Mono'],
        ['2', 'Stereo'],
        ['6', '5.1'],
      ]),
      this.#field('recorded_from', 'Recorded from', { type: 'date' }),
      this.#field('recorded_to', 'Recorded to', { type: 'date' }),
      this.#field('hours', 'Hours of the day', { placeholder: '4..7' }),
      this.#field('from', 'Changed from', { type: 'date' }),
      this.#field('to', 'Changed to', { type: 'date' }),
      this.#suggesting('label', 'Label', 'siren'),
      this.#suggesting('tag', 'Tag', 'genre=jazz'),
    );
  }

  #set(values) {
    Object.assign(this.query.filter, values);
    const { activeElement } = document;
    const name = this.fields.contains(activeElement) ? activeElement.name : null;
    this.draw();
    if (name) this.fields.querySelector(`[name="${name}"]`)?.focus();
    this.onchange();
  }

  #clear(names) {
    for (const name of names) delete this.query.filter[name];
    this.draw();
    this.onchange();
    this.button.focus();
  }

  #field(name, words, attributes) {
    const input = h('input', {
      ...attributes,
      name,
      class: 'field',
      value: this.query.filter[name] ?? '',
      onchange: () => this.#set({ [name]: input.value.trim() }),
    });
    return h('label', { class: 'filter' }, h('span', {}, words), input);
  }

  #choice(name, words, options) {
    const select = h(
      'select',
      { name, class: 'field', onchange: () => this.#set({ [name]: select.value }) },
      options.map(([value, shown]) =>
        h('option', { value, selected: (this.query.filter[name] ?? '') === value }, shown),
      ),
    );
    return h('label', { class: 'filter' }, h('span', {}, words), select);
  }

  /** A field that suggests what the library has. */
  #suggesting(name, words, placeholder) {
    const field = this.#field(name, words, { placeholder, autocomplete: 'off' });
    field.append(suggestions(field.querySelector('input'), name));
    return field;
  }

  #format() {
    const chosen = new Set((this.query.filter.format ?? '').split(',').filter(Boolean));
    const boxes = FORMATS.map((format) =>
      h(
        'button',
        {
          type: 'button',
          class: 'pill pill-small',
          name: `format-${format}`,
          'aria-pressed': String(chosen.has(format)),
          onclick: () => {
            if (!chosen.delete(format)) chosen.add(format);
            this.#set({ format: [...chosen].join(',') });
          },
        },
        format.toUpperCase(),
      ),
    );
    return h(
      'fieldset',
      { class: 'filter filter-wide' },
      h('legend', {}, 'Format'),
      h('div', { class: 'pills' }, boxes),
    );
  }

  #length() {
    const { shortest = '', longest = '' } = this.query.filter;
    const at = LENGTHS.findIndex(([from, to]) => from === shortest && to === longest);
    const select = h(
      'select',
      {
        name: 'length',
        class: 'field',
        onchange: () => {
          const [from, to] = LENGTHS[Number(select.value)];
          this.#set({ shortest: from, longest: to });
        },
      },
      at < 0 ? h('option', { value: '', selected: true }, lengthWords({ shortest, longest })) : null,
      LENGTHS.map(([, , words], index) => h('option', { value: String(index), selected: index === at }, words)),
    );
    return h('label', { class: 'filter' }, h('span', {}, 'Length'), select);
  }
}
