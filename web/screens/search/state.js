// Owns the state of the search screen: what is asked, and how far its answer is shown.

import { emptyQuery, fromParameters, soundPart, toRequest } from '../../query.js';

/** Hits that are asked for at once. */
export const PAGE = 40;
const RECENT = 6;

/** The state that an address stands for: the query, how many hits are shown, and whether weaker ones are among them. */
export function searchState(parameters) {
  return { query: fromParameters(parameters), shown: 0, hasWeak: false };
}

/** A new answer begins: none of it is shown yet. */
export function beginAnswer(state) {
  Object.assign(state, { shown: 0, hasWeak: false });
}

/** Some more hits are shown, with weaker ones among them or not. */
export function addShown(state, hits, hasWeak) {
  state.shown += hits.length;
  state.hasWeak ||= hasWeak;
}

/** The request for the next hits. */
export function nextRequest(state, library) {
  return toRequest(state.query, { library, limit: PAGE, offset: state.shown });
}

/** Asks for what sounds like `sound`, and for nothing else. The query stays the same object: the box shows it. */
export function askLike(state, sound) {
  Object.assign(state.query, { text: '', parts: [soundPart(sound)], all: false });
}

/** Adds `sound` to what is wanted (1) or not wanted (−1). */
export function addLike(state, sound, sign) {
  state.query.parts.push(soundPart(sound, sign));
}

/** Takes all filters off. */
export function clearFilters(state) {
  state.query.filter = emptyQuery().filter;
}

/** The recent searches with `text` in front, each only once. */
export function recentWith(recent, text) {
  const words = text.trim();
  return words === '' ? recent : [words, ...recent.filter((each) => each !== words)].slice(0, RECENT);
}
