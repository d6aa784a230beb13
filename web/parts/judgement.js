// Owns how a hit is judged on this page: whether it convinces, and in which words that is said.

import { percent } from './format.js';

const PLACES = {
  name: 'the name',
  tags: 'the tags',
  tag: 'the tags',
  folder: 'a folder',
  folders: 'a folder',
  path: 'the path',
};

/** The cosine that fills the bar. */
const FULL_COSINE = 0.7;

/** Whether a hit is below the cut, so that it may be here by chance. */
export function isWeak(hit) {
  return hit.standing === 'below cut';
}

/** The hits that convince, and those that do not. */
export function parted(hits) {
  return { strong: hits.filter((hit) => !isWeak(hit)), weak: hits.filter(isWeak) };
}

/** How near a hit sounds: the cosine, the share of the bar it fills, and its rank by sound; null if sound was not asked. */
export function nearnessOf(hit) {
  if (hit.cosine === null || hit.cosine === undefined) return null;
  return {
    cosine: hit.cosine,
    share: Math.min(1, Math.max(0, hit.cosine / FULL_COSINE)),
    rank: hit.reasons?.find(({ kind }) => kind === 'sound')?.rank ?? null,
  };
}

/** Which words were found where: [{ words: '“rain” in the name', isExact }]. */
export function wordReasons(hit) {
  const reasons = (hit.reasons ?? []).filter(({ kind }) => kind === 'words');
  return reasons.map(({ matches, coverage }) => {
    const words = matches.map((match) => match.words).join(' ');
    const places = [...new Set(matches.map(({ place }) => placeName(place)))].join(' and ');
    return { words: `“${words}” in ${places}`, isExact: coverage !== 'some' };
  });
}

/** Why a hit is here, in whole sentences. */
export function reasonSentences(hit) {
  const sentences = (hit.reasons ?? []).map((reason) => reasonSentence(reason, hit));
  if (hit.chance !== null && hit.chance !== undefined)
    sentences.push(`${percent(hit.chance)} of unrelated searches find something this close in this library.`);
  if (isWeak(hit)) sentences.push('It is below the cut, so it may be here by chance.');
  return sentences.filter(Boolean);
}

function reasonSentence(reason, { cosine }) {
  if (reason.kind === 'sound') {
    const figure = cosine === null || cosine === undefined ? '' : `, with a cosine of ${cosine.toFixed(3)}`;
    return `Number ${reason.rank} by sound${figure}.`;
  }
  if (reason.kind !== 'words') return '';
  const found = reason.matches.map(({ words, place }) => `“${words}” is in ${placeName(place)}`);
  return `Number ${reason.rank} by words: ${found.join(', ')}.`;
}

function placeName(place) {
  return PLACES[place] ?? place;
}
