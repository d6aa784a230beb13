// Owns the words of the map screen.

import { many } from '../../parts/format.js';

/** `483 sounds, coloured by “rain”`. */
export function statusOf({ ids, scores, text }) {
  const sounds = many(ids.length, 'sound');
  return scores === null ? sounds : `${sounds}, coloured by “${text}”`;
}

/** `12 sounds selected`. */
export function selectedWords({ selected }) {
  return `${many(selected.length, 'sound')} selected`;
}
