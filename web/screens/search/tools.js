// Owns the row below the search box: what is compared, moments or whole files, and the filters.

import { h, refill } from '../../parts/dom.js';

const WAYS = [
  ['both', 'Sound and words'],
  ['sound', 'Sound'],
  ['words', 'Words'],
];

/** Draws the row into `element`; `onset(values)` changes the query. */
export function drawTools(element, query, filters, onset) {
  refill(
    element,
    h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': 'Search by' },
      WAYS.map(([by, words]) =>
        h('button', { type: 'button', 'aria-pressed': String(query.by === by), onclick: () => onset({ by }) }, words),
      ),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'pill',
        'aria-pressed': String(query.moments),
        title: 'Find moments inside sounds instead of whole files',
        onclick: () => onset({ moments: !query.moments }),
      },
      'Moments',
    ),
    filters.button,
    filters.chips,
  );
}
