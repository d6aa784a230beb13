// Owns the state of the teach screen: which head is taught, what has been answered, and what it knows.

/** How many sounds are asked about at once. */
const CANDIDATES = 16;
const SUGGESTIONS = 12;

/**
 * The state that an address stands for. `answers` are judgements in the order they were given, by the sound's id; `facts`
 * is what the server knows of the head; `source` says where the sounds come from: `words` or `head`.
 */
export function teachState(parameters) {
  return {
    name: parameters.get('head') ?? '',
    prompt: parameters.get('prompt') ?? '',
    answers: new Map(),
    facts: null,
    source: 'words',
  };
}

/** The state as the parameters of an address. */
export function toParameters({ name, prompt }) {
  const parameters = new URLSearchParams();
  if (name) parameters.set('head', name);
  if (prompt) parameters.set('prompt', prompt);
  return parameters;
}

/** Begins with a head, of which nothing is known or answered yet. */
export function beginHead(state, { name, prompt = '' }) {
  Object.assign(state, { name, prompt, answers: new Map(), facts: null, source: 'words' });
}

/** Takes what the server knows of the heads; one that has learned before is asked for what to judge next. */
export function takeHeads(state, heads) {
  state.facts = heads.find(({ name }) => name === state.name) ?? null;
  state.source = state.facts === null ? 'words' : 'head';
}

/** What sounds are looked for by. */
export function wordsOf({ prompt, name }) {
  return prompt || name;
}

/** The request for sounds that are nearest to the words. */
export function candidatesRequest(state, library) {
  return { library, text: wordsOf(state), all: true, by: 'sound', limit: CANDIDATES };
}

/** The query for sounds that the head would have judged next. */
export function suggestionsQuery(library) {
  return { library, limit: SUGGESTIONS };
}

/** The sounds that have no answer yet. */
export function unanswered({ answers }, sounds) {
  return sounds.filter(({ id }) => !answers.has(id));
}

/** Keeps the answer to a sound: yes or no. */
export function answer(state, sound, isYes) {
  state.answers.delete(sound.id);
  state.answers.set(sound.id, { sound, isYes });
}

/** Takes the last answer back; gives its sound, or null if there is none. */
export function takeBack(state) {
  const last = [...state.answers.values()].at(-1);
  if (last === undefined) return null;
  state.answers.delete(last.sound.id);
  return last.sound;
}

/** The answers, latest first, and how many of each kind. */
export function tally({ answers }) {
  const latest = [...answers.values()].reverse();
  const yes = latest.filter(({ isYes }) => isYes).length;
  return { latest, yes, no: latest.length - yes };
}

/** The request that lets the head learn from the answers; null while it cannot learn: it needs a first yes. */
export function lessonRequest(state, library) {
  const { latest, yes } = tally(state);
  if (latest.length === 0 || (yes === 0 && state.facts === null)) return null;
  return {
    library,
    judgements: [...state.answers.values()].map((each) => judgement(each, state.name)),
    ...(state.prompt ? { prompt: state.prompt } : {}),
  };
}

function judgement({ sound, isYes }, name) {
  return { id: sound.id, positive: isYes, ...(isYes ? { class: name } : {}) };
}
