// Owns the heads of a table of sounds: what each column is called, and the way to order by it.

import { h } from './dom.js';
import { COLUMNS } from './tablerow.js';

/** The heads; `sort` is { by, isDown }, and `onsort(by)` orders by another column, or turns round. */
export function tableHead(sort, onsort) {
  const head = (name, words, by) => columnHead({ name, words, by }, sort, onsort);
  return h(
    'div',
    { class: 'table-heads', role: 'rowgroup' },
    h(
      'div',
      { class: 'sound-line table-head', role: 'row', 'aria-rowindex': '1' },
      h('div', { role: 'columnheader' }, h('span', { class: 'hidden-text' }, 'Play')),
      head('name', 'Name', 'name'),
      h('div', { class: 'table-wave', role: 'columnheader' }, 'Waveform'),
      COLUMNS.map(([name, words, by]) => head(name, words, by)),
      h('div', { class: 'table-actions', role: 'columnheader' }, h('span', { class: 'hidden-text' }, 'Actions')),
    ),
  );
}

function columnHead({ name, words, by }, sort, onsort) {
  const isSorted = by !== null && by === sort.by;
  const mark = isSorted ? h('span', { 'aria-hidden': 'true' }, sort.isDown ? ' ↓' : ' ↑') : null;
  return h(
    'div',
    {
      class: `table-cell table-${name}`,
      role: 'columnheader',
      'aria-sort': isSorted ? (sort.isDown ? 'descending' : 'ascending') : null,
    },
    by === null ? words : h('button', { type: 'button', class: 'table-sort', onclick: () => onsort(by) }, words, mark),
  );
}
