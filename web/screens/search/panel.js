// Owns the panel beside the answer: folders as a tree, labels, tags, dates, formats and lengths, each with how many sounds
// there are. What is pressed becomes a filter, or is taken off again.

import * as api from '../../api.js';
import { fill, h } from '../../parts/dom.js';
import { count, lengthName, nameOf } from '../../parts/format.js';
import { icon } from '../../parts/icons.js';
import { remember, remembered } from '../../parts/memory.js';
import { sayProblem } from '../../parts/say.js';
import { isEmptyLibrary, library, libraryName } from '../../session.js';
import { isEverything } from './state.js';
import { filterOf, groupName, isChosen, KINDS } from './groups.js';

/** Groups that are listed at once. */
const SHOWN = 200;

export class BrowsePanel {
  /** `stateOf()` gives the query; `onset(values)` changes its filter, `onall()` lists everything. */
  constructor({ queryOf, onset, onall, signal }) {
    Object.assign(this, { queryOf, onset, onall, signal, known: new Map(), opened: new Set(remembered('groups', [])) });
    this.element = h('aside', { class: 'browse-panel', 'aria-label': 'Browse', id: 'browse-panel' });
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'pill',
        'aria-controls': 'browse-panel',
        title: 'Folders, labels, tags, dates (b)',
        onclick: () => this.toggle(),
      },
      icon('library'),
      'Browse',
    );
    this.#show(remembered('panel', matchMedia('(min-width: 1100px)').matches));
  }

  /** Opens or closes it. */
  toggle() {
    this.#show(this.element.hidden);
    remember('panel', !this.element.hidden);
    if (!this.element.hidden) this.element.querySelector('button')?.focus();
  }

  #show(isShown) {
    this.element.hidden = !isShown;
    this.button.setAttribute('aria-expanded', String(isShown));
    if (isShown) this.draw();
  }

  /** Draws what is chosen now. */
  draw() {
    if (this.element.hidden) return;
    if (this.element.children.length === 0)
      fill(
        this.element,
        this.#all(),
        KINDS.map((kind) => this.#section(kind)),
      );
    const query = this.queryOf();
    this.element.querySelector('.browse-all').setAttribute('aria-pressed', String(isEverything(query)));
    for (const button of this.element.querySelectorAll('.group .group-name'))
      button.setAttribute('aria-pressed', String(isChosen(button.group, query.filter)));
  }

  #all() {
    return h(
      'button',
      { type: 'button', class: 'group-name browse-all', onclick: () => this.onall() },
      h('span', {}, 'All sounds'),
      h('span', { class: 'figure group-count' }, count(library()?.files ?? 0)),
    );
  }

  #section(kind) {
    const list = h('div', { class: 'groups' });
    const section = h(
      'details',
      { class: 'group-kind', open: kind.by === 'folder' || this.opened.has(kind.by) },
      h('summary', {}, kind.words),
      list,
    );
    const load = () => section.open && list.children.length === 0 && this.#fill(list, { by: kind.by });
    section.addEventListener('toggle', () => {
      this.opened[section.open ? 'add' : 'delete'](kind.by);
      remember('groups', [...this.opened]);
      load();
    });
    load();
    return section;
  }

  /** Asks for groups, those inside another one if `within` says so, and lists them. */
  async #fill(list, { by, within }) {
    if (isEmptyLibrary()) return;
    try {
      const found = await api.groups({ library: libraryName(), by, within, limit: SHOWN }, this.signal);
      const more = found.total - found.groups.length;
      fill(
        list,
        found.groups.length === 0 ? h('p', { class: 'quiet-words' }, 'None yet') : null,
        h(
          'ul',
          {},
          found.groups.map((group) => this.#group({ ...group, by })),
        ),
        more > 0 ? h('p', { class: 'quiet-words' }, `and ${count(more)} more: type one under Filters`) : null,
      );
      this.draw();
    } catch (error) {
      sayProblem(error);
    }
  }

  #group(group) {
    const name = h(
      'button',
      { type: 'button', class: 'group-name', title: group.name, onclick: () => this.#press(group) },
      h('span', {}, groupName(group, { nameOf, lengthName })),
      h('span', { class: 'figure group-count' }, count(group.files)),
    );
    name.group = group;
    // The name of a tag alone is no filter.
    if (filterOf(group) === null) name.disabled = true;
    return h('li', {}, h('div', { class: 'group' }, this.#opener(group), name));
  }

  #opener(group) {
    if (!group.inner) return h('span', { class: 'group-open' });
    const button = h(
      'button',
      {
        type: 'button',
        class: 'group-open',
        'aria-expanded': 'false',
        'aria-label': `Open ${groupName(group, { nameOf, lengthName })}`,
        onclick: () => this.#open(button, group),
      },
      icon('more'),
    );
    return button;
  }

  #open(button, { by, name }) {
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
    const item = button.closest('li');
    if (isOpen) {
      item.querySelector('.groups').remove();
      return;
    }
    const list = h('div', { class: 'groups' });
    item.append(list);
    this.#fill(list, { by, within: name });
  }

  #press(group) {
    const values = filterOf(group);
    const isOn = isChosen(group, this.queryOf().filter);
    this.onset(isOn ? Object.fromEntries(Object.keys(values).map((key) => [key, ''])) : values);
  }
}
