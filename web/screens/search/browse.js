// Owns the answer where nothing is searched for: the sounds that the filters let through, in an order, however many.

import * as api from '../../api.js';
import { h, refill } from '../../parts/dom.js';
import { LongList } from '../../parts/longlist.js';
import { SoundRow } from '../../parts/sound.js';
import { TableRow } from '../../parts/tablerow.js';
import { tableHead } from '../../parts/tablehead.js';
import { libraryName } from '../../session.js';
import { browseRequest, otherWay, SORTS } from './state.js';

export class Browse {
  /**
   * `stateOf()` gives the state of the screen; `actions` are those of rows, `onsort(sort)` changes the order. The rest are
   * options of a list.
   */
  constructor({ stateOf, actions, onsort, signal, ...options }) {
    Object.assign(this, { stateOf, actions, onsort });
    this.list = new LongList({
      label: 'Sounds',
      signal,
      keys: actions,
      ...options,
      rowOf: (sound) => this.#row(sound),
      onrow: (row) => this.#reopen(row),
    });
    this.element = h('div', { class: 'browse' });
  }

  /** Shows the list of the state once `onfirst()` has made place for it; gives its first page. Fails as requests do. */
  async show(signal, onfirst) {
    const state = this.stateOf();
    const ask = (range) => api.browse(browseRequest(state, { library: libraryName(), ...range }), signal);
    const first = await ask({ offset: 0, limit: this.list.page, locate: Number(state.at) || undefined });
    this.waiting = new Set(state.open);
    this.#frame(state);
    onfirst();
    this.list.begin({ ...first, ask, layout: state.view });
    if (first.place !== undefined) this.list.choose(first.place, { focus: false });
    return first;
  }

  #frame({ view, sort }) {
    const isTable = view === 'table';
    this.element.className = isTable ? 'browse browse-table' : 'browse';
    if (isTable) {
      this.element.setAttribute('role', 'table');
      this.element.setAttribute('aria-label', 'Sounds');
    } else {
      this.element.removeAttribute('role');
      this.element.removeAttribute('aria-label');
    }
    this.list.element.setAttribute('role', isTable ? 'rowgroup' : 'list');
    const sorted = (by) => this.onsort(by === sort.by ? otherWay(sort) : { by, isDown: false });
    refill(this.element, isTable ? tableHead(sort, sorted) : null, this.list.element);
  }

  #row(sound) {
    const Row = this.stateOf().view === 'table' ? TableRow : SoundRow;
    return new Row(sound, { actions: this.actions, why: [], canSelect: true });
  }

  /** A row whose details the address says were open. */
  #reopen(row) {
    if (this.waiting.delete(String(row.sound.id))) row.open({ isQuiet: true });
  }
}

/** The field that says what the list is ordered by, and which way. */
export function sortField(sort, onsort) {
  const select = h(
    'select',
    {
      class: 'field field-auto',
      'aria-label': 'Order',
      onchange: () => onsort({ by: select.value, isDown: false }),
    },
    SORTS.map(([by, words]) => h('option', { value: by, selected: by === sort.by }, words)),
  );
  const words = sort.isDown ? 'Descending' : 'Ascending';
  const turn = h(
    'button',
    {
      type: 'button',
      class: 'iconic',
      'aria-label': `${words}; turn round`,
      title: words,
      onclick: () => onsort(otherWay(sort)),
    },
    sort.isDown ? '↓' : '↑',
  );
  return h('span', { class: 'sort' }, select, turn);
}
