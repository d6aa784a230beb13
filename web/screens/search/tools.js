// Owns the row below the search box: what is compared, moments or whole files, and the filters.

import { h, refill } from '../../parts/dom.js';
import { isBrowsing } from '../../query.js';
import { sortField } from './browse.js';

const WAYS = [
  ['both', 'Sound and words'],
  ['sound', 'Sound'],
  ['words', 'Words'],
];

const VIEWS = [
  ['rows', 'Rows'],
  ['table', 'Table'],
];

/** Draws the row into `element`; `onset(values)` changes the query, `onview(values)` how lists are shown and ordered. */
export function drawTools(element, state, { panel, filters, onset, onview }) {
  const isList = isBrowsing(state.query);
  refill(
    element,
    panel.button,
    isList ? viewTools(state, onview) : searchTools(state.query, onset),
    filters.button,
    filters.chips,
  );
}

function viewTools({ view, sort }, onview) {
  return [
    h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': 'Show as' },
      VIEWS.map(([name, words]) =>
        h(
          'button',
          { type: 'button', 'aria-pressed': String(view === name), onclick: () => onview({ view: name }) },
          words,
        ),
      ),
    ),
    sortField(sort, (next) => onview({ sort: next })),
  ];
}

function searchTools(query, onset) {
  return [
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
  ];
}
