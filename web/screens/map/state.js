// Owns the state of the map screen: the points, the words that colour them, and what is selected.

/** How many points “the best” are. */
export const BEST = 50;
/** Selected sounds that are listed. */
export const LISTED = 60;

/** Corners that a lasso has in the address, at most. */
const CORNERS = 60;
const DIGITS = 3;

/**
 * The state that an address stands for: `ids` of the points, their `scores` by the words, indices of what is `selected`,
 * `how` it was selected ('best', the id of one sound, a loop of [x, y], or null) and what is seen: [x, y, scale], or null for all.
 */
export function mapState(parameters) {
  const selection = parameters.get('sel') ?? '';
  const view = numbersIn(parameters.get('view') ?? '');
  return {
    text: parameters.get('q') ?? '',
    ids: [],
    scores: null,
    selected: [],
    how: selection === 'best' ? 'best' : selectionIn(numbersIn(selection)),
    view: view.length === 3 ? view : null,
  };
}

/** The state as the parameters of an address. */
export function toParameters({ text, how, view }) {
  const parameters = new URLSearchParams(text ? { q: text } : {});
  if (view) parameters.set('view', written(view));
  if (how) parameters.set('sel', how === 'best' ? how : written([how].flat(2)));
  return parameters;
}

/** A loop as the address can hold it: with fewer corners, and no more digits than it writes. */
export function simplified(loop) {
  const step = Math.max(1, Math.ceil(loop.length / CORNERS));
  return loop.filter((_, at) => at % step === 0).map((place) => place.map((each) => Number(each.toFixed(DIGITS))));
}

function numbersIn(text) {
  const numbers = text.split('_').filter(Boolean).map(Number);
  return numbers.every(Number.isFinite) ? numbers : [];
}

function selectionIn(numbers) {
  if (numbers.length === 1) return numbers[0];
  if (numbers.length < 6 || numbers.length % 2 !== 0) return null;
  return Array.from({ length: numbers.length / 2 }, (_, at) => [numbers[at * 2], numbers[at * 2 + 1]]);
}

function written(numbers) {
  return numbers.map((each) => String(Number(each.toFixed(DIGITS)))).join('_');
}

/** The points that the words fit best, best first. */
export function bestPoints({ scores }, most = BEST) {
  return byScore([...scores.keys()], scores).slice(0, most);
}

/** The points that are selected as the state says, on `ground`. */
export function selectedPoints(state, ground) {
  const { how, ids, scores } = state;
  if (how === null) return [];
  if (how === 'best') return scores === null ? [] : bestPoints(state);
  if (typeof how === 'number') return ids.includes(how) ? [ids.indexOf(how)] : [];
  return ground.inside(how);
}

/** Selects points: they are listed best first where there are scores. */
export function select(state, points) {
  state.selected = state.scores === null ? [...points] : byScore(points, state.scores);
}

/** 1 for each point that is selected, else 0. */
export function marksOf({ ids, selected }) {
  const marks = new Float32Array(ids.length);
  for (const at of selected) marks[at] = 1;
  return marks;
}

/** The ids of the sounds that are selected. */
export function selectedIds({ ids, selected }) {
  return selected.map((at) => ids[at]);
}

/** What a label is called that was typed, or left to the words that colour the map. */
export function labelFor({ text }, typed) {
  return typed.trim() || text;
}

function byScore(points, scores) {
  return [...points].sort((a, b) => scores[b] - scores[a]);
}
