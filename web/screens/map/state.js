// Owns the state of the map screen: the points, the words that colour them, and what is selected.

/** How many points “the best” are. */
export const BEST = 50;
/** Selected sounds that are listed. */
export const LISTED = 60;

/** The state that an address stands for: `ids` of the points, their `scores` by the words, indices of what is `selected`. */
export function mapState(parameters) {
  return { text: parameters.get('q') ?? '', ids: [], scores: null, selected: [] };
}

/** The state as the parameters of an address. */
export function toParameters({ text }) {
  return new URLSearchParams(text ? { q: text } : {});
}

/** The points that the words fit best, best first. */
export function bestPoints({ scores }, most = BEST) {
  return byScore([...scores.keys()], scores).slice(0, most);
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
