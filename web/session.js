// Owns which library is shown, and what is known of all of them.

import * as api from './api.js';
import { remember, remembered } from './parts/memory.js';

const changed = new EventTarget();
let known = [];
let chosen = remembered('library', '');

/** Asks the server for its libraries. */
export async function refresh(signal) {
  known = (await api.libraries(signal)).libraries;
  changed.dispatchEvent(new Event('change'));
  return known;
}

/** All libraries. */
export function libraries() {
  return known;
}

/** The library that is shown; undefined before the first answer. */
export function library() {
  return known.find((each) => each.name === chosen) ?? known[0];
}

/** Its name, for requests; undefined for the first one. */
export function libraryName() {
  return library()?.name;
}

/** Whether nothing has been indexed yet. */
export function isEmptyLibrary() {
  const shown = library();
  return shown !== undefined && shown.files === 0 && shown.failed === 0;
}

/** The folders it was made of, as the server names them. */
export function roots() {
  return library()?.folders ?? [];
}

/** Shows another library. */
export function choose(name) {
  chosen = name;
  remember('library', name);
  changed.dispatchEvent(new Event('change'));
}

/** Calls `listener` when the libraries, or the choice, have changed. */
export function onSession(listener, signal) {
  changed.addEventListener('change', listener, { signal });
}
