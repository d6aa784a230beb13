// Owns the state of the label screen: which labels are asked for, how, what came back, and which sound is selected.

import { NONE, soundsUnder } from '../../parts/bucketing.js';
import { named } from '../../parts/format.js';

const USUAL_THRESHOLD = 0.5;
/** With more labels than this, those that no sound has get no bucket. */
const MOST_BUCKETS = 8;
/** Sounds that are asked for under each label. */
const BEST = 100;

/** How the bucket of what has no label is called in the address. */
const NONE_NAME = '~none';

/**
 * The state that an address stands for. `set` is a built-in list of labels, `head` what was taught, `open` the label whose
 * sounds are listed, `selected` the sound that is chosen, of which the address knows the `id` alone, and `hasTimeline` says
 * whether its timeline is shown.
 */
export function labelState(parameters) {
  return { ...askedIn(parameters), found: null, selected: null };
}

/** Takes what an address asks for into `state`; a sound that is selected stays where the address names no other. */
export function readAddress(state, parameters) {
  Object.assign(state, askedIn(parameters));
}

/** What is asked and chosen, as the parameters of an address. */
export function toParameters({ labels, set, head, multi, threshold, open, id, hasTimeline, detail }) {
  const parameters = new URLSearchParams();
  if (labels.length > 0) parameters.set('labels', labels.join(','));
  if (set) parameters.set('set', set);
  if (head) parameters.set('with', head);
  if (multi) parameters.set('multi', '1');
  if (threshold !== USUAL_THRESHOLD) parameters.set('threshold', threshold);
  if (open !== null) parameters.set('open', open === NONE ? NONE_NAME : open);
  if (id) parameters.set('of', id);
  if (id && hasTimeline) parameters.set('timeline', '1');
  if (detail) parameters.set('detail', detail);
  return parameters;
}

/** Whether there are labels to ask for. */
export function hasLabels({ labels, set, head }) {
  return labels.length > 0 || set !== '' || head !== '';
}

/** Asks for labels that were typed. */
export function askLabels(state, labels) {
  Object.assign(state, { labels, set: '', head: '' });
}

/** Asks for a list as its option names it: `set:esc50`, `head:siren`, or nothing. */
export function askList(state, option) {
  const at = option.indexOf(':');
  askLabels(state, []);
  if (at > 0) state[option.slice(0, at)] = option.slice(at + 1);
}

/** The option that names the list asked for. */
export function listOption({ set, head }) {
  if (set) return `set:${set}`;
  return head ? `head:${head}` : '';
}

/** The request for the best sounds under each label. */
export function bestRequest(state, library) {
  return { ...asked(state, library), multi: state.multi, best: BEST };
}

/** The request that saves the labels of all sounds. */
export function saveRequest(state, library) {
  return { ...asked(state, library), multi: state.multi, write: true, limit: 1 };
}

/** How finely a timeline is heard: the name in the address, the words, and seconds of a window and from one to the next. */
export const DETAILS = [
  ['fine', 'Finer', { window: 1, hop: 0.25 }],
  ['', 'Usual', {}],
  ['coarse', 'Coarser', { window: 5, hop: 2.5 }],
];

/** The request for the timeline of the selected sound. */
export function timelineRequest(state, library) {
  const { id, upload } = state.selected;
  const [, , detail] = DETAILS.find(([name]) => name === state.detail);
  return { ...asked(state, library), ...(upload ? { upload } : { id }), ...detail };
}

/** The request for what the library remembers of it; null for an upload. */
export function storedRequest(state, library) {
  return state.selected.id ? { ...asked(state, library), id: state.selected.id, stored: true } : null;
}

/** Keeps an answer of the server. */
export function keepFound(state, found) {
  state.found = { ...found, results: found.results.map(named) };
}

/** What the buckets show: of many labels only those that some sound has. */
export function shownFound({ found, set }) {
  const isMany = set !== '' || found.labels.length > MOST_BUCKETS;
  const labels = isMany ? found.labels.filter((label) => (found.counts[label] ?? 0) > 0) : found.labels;
  return { ...found, labels };
}

/** The sounds under the label that is open, and how many there are in all. */
export function openedSounds({ found, open }) {
  const number = open === NONE ? found.none : (found.counts[open] ?? 0);
  return { sounds: soundsUnder(found.results, open), number };
}

/** Chooses a sound; that of an upload does not last, and no address names it. */
export function select(state, sound) {
  if (state.selected?.id !== sound.id) state.hasTimeline = false;
  Object.assign(state, { selected: sound, id: sound.id ?? null });
}

/** What is asked, in few words: the labels, the list or the head. */
export function askedWords({ labels, set, head }) {
  return labels.join(', ') || set || head;
}

function askedIn(parameters) {
  const open = parameters.get('open');
  return {
    labels: (parameters.get('labels') ?? '').split(',').filter(Boolean),
    set: parameters.get('set') ?? '',
    head: parameters.get('with') ?? '',
    multi: parameters.has('multi'),
    threshold: Number(parameters.get('threshold') ?? USUAL_THRESHOLD),
    open: open === NONE_NAME ? NONE : open,
    id: Number(parameters.get('of')) || null,
    hasTimeline: parameters.has('timeline'),
    detail: DETAILS.some(([name]) => name === parameters.get('detail')) ? parameters.get('detail') : '',
  };
}

function asked({ labels, set, head, threshold }, library) {
  const what = head ? { with: head } : set ? { set } : { labels };
  return { library, ...what, threshold };
}
