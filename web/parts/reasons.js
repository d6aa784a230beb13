// Owns the drawing of why a hit is there: the bar, and a chip for words that were found.

import { h } from './dom.js';
import { percent } from './format.js';
import { certaintyOf, wordReasons } from './judgement.js';

/** Short chips: which words are where. */
export function reasonChips(hit) {
  return wordReasons(hit).map(({ words, isExact }) => h('span', { class: isExact ? 'why why-exact' : 'why' }, words));
}

/** The bar that says how probable a hit is, with its grade and the rank by sound. */
export function certainty(hit) {
  const certain = certaintyOf(hit);
  if (certain === null) return null;
  return h(
    'span',
    { class: 'certainty', title: `probability ${percent(certain.score)}` },
    h('span', { class: 'certainty-bar', vars: { '--share': certain.score } }),
    h('span', { class: 'grade' }, certain.grade),
    certain.rank ? h('span', { class: 'why' }, `#${certain.rank} by sound`) : null,
  );
}
