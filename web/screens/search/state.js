// Owns the state of the search screen: what is asked, how far its answer is shown, and which of its sounds is chosen.

import { emptyQuery, fromParameters, isBrowsing, isFiltered, soundPart, toParameters, toRequest } from '../../query.js';

/** Hits that are asked for at once. */
export const PAGE = 40;
const RECENT = 6;
/** What lists are ordered by, as the server calls it and as the page does; the first is the usual one. */
export const SORTS = [
  ['path', 'Folder'],
  ['name', 'Name'],
  ['duration', 'Length'],
  ['format', 'Format'],
  ['rate', 'Sample rate'],
  ['channels', 'Channels'],
  ['recorded', 'Recorded'],
  ['modified', 'Changed'],
  ['size', 'Size'],
];
/** The server leaves out no more than this many. */
const MOST_SHOWN = 1000;

/**
 * The state that an address stands for: the query, how many hits are shown and how many of them are wanted, whether weaker
 * ones are among them, the row that is chosen (`at`), those whose details are open, by their keys, and how lists are shown
 * and ordered. `asked` is what of this was asked when the answer was: the box changes `query` itself.
 */
export function searchState(parameters) {
  const state = {
    query: fromParameters(parameters),
    shown: 0,
    hasWeak: false,
    wanted: Math.min(MOST_SHOWN, Number(parameters.get('shown')) || 0),
    at: parameters.get('at'),
    open: (parameters.get('open') ?? '').split(',').filter(Boolean),
    view: parameters.get('view') === 'table' ? 'table' : 'rows',
    sort: sortIn(parameters.get('sort') ?? ''),
  };
  return { ...state, asked: askedParameters(state) };
}

/** The request for a stretch of the list without a search. */
export function browseRequest({ query, sort }, { library, ...range }) {
  const { filter } = toRequest(query, { library });
  const order = { sort: sort.by, ...(sort.isDown ? { descending: true } : {}) };
  return { library, ...order, ...range, ...(filter ? { filter } : {}) };
}

/** The same order the other way round. */
export function otherWay({ by, isDown }) {
  return { by, isDown: !isDown };
}

/** `duration` or, the other way round, `-duration`. */
function sortIn(text) {
  const isDown = text.startsWith('-');
  const name = isDown ? text.slice(1) : text;
  return SORTS.some(([by]) => by === name) ? { by: name, isDown } : { by: SORTS[0][0], isDown: false };
}

/** How lists are shown and ordered, as parameters. */
function viewParameters({ view, sort }) {
  const parameters = new URLSearchParams(view === 'table' ? { view } : {});
  const order = `${sort.isDown ? '-' : ''}${sort.by}`;
  if (order !== SORTS[0][0]) parameters.set('sort', order);
  return parameters;
}

/** The state as the parameters of an address. */
export function placeParameters(state) {
  const { shown, wanted, at, open } = state;
  const parameters = new URLSearchParams(state.asked);
  const pages = Math.max(shown, wanted);
  if (pages > PAGE) parameters.set('shown', pages);
  if (at) parameters.set('at', at);
  if (open.length > 0) parameters.set('open', open.join(','));
  return parameters;
}

/** Another query begins: nothing of its answer is chosen or open. Gives the parameters of its address. */
export function beginQuery(state) {
  Object.assign(state, { asked: askedParameters(state), wanted: 0, at: null, open: [] });
  return state.asked;
}

function askedParameters(state) {
  return new URLSearchParams([...toParameters(state.query), ...viewParameters(state)]);
}

/** A new answer begins: none of it is shown yet. */
export function beginAnswer(state) {
  Object.assign(state, { shown: 0, hasWeak: false });
}

/** Whether more hits are to be asked for at once, as the address says; the last page had `number`. */
export function wantsMore(state, number) {
  return number === PAGE && state.shown < state.wanted;
}

/** What a row is called in the address: its sound, and where that is found by moments the moment too. */
export function rowKey({ id, start }, { moments }) {
  return moments ? `${id}@${start}` : String(id);
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

/** Lists everything, or if that is listed already, nothing. The query stays the same object: the box shows it. */
export function browseAll(state) {
  Object.assign(state.query, { ...emptyQuery(), list: !isEverything(state.query) });
}

/** Whether everything is listed. */
export function isEverything(query) {
  return isBrowsing(query) && !isFiltered(query);
}

/** How lists are shown that are not shown so now. */
export function otherView({ view }) {
  return view === 'table' ? 'rows' : 'table';
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
