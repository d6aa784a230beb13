// Owns how a hit says why it is there.

import { h } from './dom.js';
import { percent } from './format.js';

const PLACES = {
  name: 'the name',
  tags: 'the tags',
  tag: 'the tags',
  folder: 'a folder',
  folders: 'a folder',
  path: 'the path',
};

/** Short chips: which words are where. */
export function reasonChips(hit) {
  return (hit.reasons ?? []).filter(({ kind }) => kind === 'words').map(wordsChip);
}

/** The bar that says how near it sounds, with the cosine in figures and the rank by sound. */
export function nearness(hit) {
  if (hit.cosine === null || hit.cosine === undefined) return null;
  const rank = hit.reasons?.find(({ kind }) => kind === 'sound')?.rank;
  const share = Math.min(1, Math.max(0, hit.cosine / 0.7));
  return h(
    'span',
    { class: 'nearness', title: `cosine ${hit.cosine.toFixed(3)}` },
    h('span', { class: 'nearness-bar', vars: { '--share': share } }),
    h('span', { class: 'figure' }, hit.cosine.toFixed(2)),
    rank ? h('span', { class: 'why' }, `no. ${rank} by sound`) : null,
  );
}

/** Whole sentences, for the details of a hit. */
export function reasonSentences(hit) {
  const sentences = (hit.reasons ?? []).map((reason) => {
    if (reason.kind === 'sound')
      return `By sound it is number ${reason.rank}${hit.cosine === null ? '' : `, with a cosine of ${hit.cosine.toFixed(3)}`}.`;
    if (reason.kind === 'words')
      return `By words it is number ${reason.rank}: ${reason.matches.map(({ words, place }) => `“${words}” is in ${PLACES[place] ?? place}`).join(', ')}.`;
    return '';
  });
  if (hit.chance !== null && hit.chance !== undefined)
    sentences.push(`Of unrelated words, ${percent(hit.chance)} find something as near in this library.`);
  if (hit.standing === 'below cut') sentences.push('It is below the cut: it may be here by chance.');
  return sentences.filter(Boolean);
}

function wordsChip({ matches, coverage }) {
  const words = matches.map((match) => match.words).join(' ');
  const places = [...new Set(matches.map(({ place }) => PLACES[place] ?? place))].join(' and ');
  return h('span', { class: coverage === 'some' ? 'why' : 'why why-exact' }, `“${words}” in ${places}`);
}
