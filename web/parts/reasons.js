// Owns the drawing of why a hit is there: the bar, and a chip for words that were found.

import { h } from './dom.js';
import { nearnessOf, wordReasons } from './judgement.js';

/** Short chips: which words are where. */
export function reasonChips(hit) {
  return wordReasons(hit).map(({ words, isExact }) => h('span', { class: isExact ? 'why why-exact' : 'why' }, words));
}

/** The bar that says how near a hit sounds, with the cosine in figures and the rank by sound. */
export function nearness(hit) {
  const near = nearnessOf(hit);
  if (near === null) return null;
  return h(
    'span',
    { class: 'nearness', title: `cosine ${near.cosine.toFixed(3)}` },
    h('span', { class: 'nearness-bar', vars: { '--share': near.share } }),
    h('span', { class: 'figure' }, near.cosine.toFixed(2)),
    near.rank ? h('span', { class: 'why' }, `#${near.rank} by sound`) : null,
  );
}
