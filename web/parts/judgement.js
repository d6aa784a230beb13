// Owns how a hit's grade is told on this page, and in which words its reasons are.

import { percent } from './format.js';

const PLACES = {
  name: 'the name',
  tags: 'the tags',
  tag: 'the tags',
  folder: 'a folder',
  folders: 'a folder',
  path: 'the path',
};

/**
 * The names of the labels that a sound keeps, each once: given by hand, by a head, or saved. How well labels fit that were
 * only asked for is an answer, and no label.
 */
export function keptLabels({ labels = [] }) {
  return [...new Set(labels.filter((each) => each.presence === undefined).map((each) => each.label ?? each))];
}

/** Whether a hit is weak: probably something else. */
export function isWeak(hit) {
  return hit.grade === 'weak';
}

/** The hits that are likely or better, and the weak ones. */
export function parted(hits) {
  return { better: hits.filter((hit) => !isWeak(hit)), weak: hits.filter(isWeak) };
}

/** How probable a hit is, what that is called, and its rank by sound; null for a sound that is no hit. */
export function certaintyOf(hit) {
  if (!hit.grade) return null;
  return {
    score: hit.score,
    grade: hit.grade,
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
  if (hit.grade) sentences.push(GRADES[hit.grade]?.(percent(hit.score)));
  return sentences.filter(Boolean);
}

const GRADES = {
  strong: (score) => `A strong match: with a probability of ${score} it is what was asked for.`,
  likely: (score) => `A likely match: with a probability of ${score} it is what was asked for.`,
  weak: (score) => `A weak match: only with a probability of ${score} is it what was asked for.`,
};

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
