// Owns the state of the library screen: the library, its folders and jobs, and the files that could not be read.

import { count, duration } from '../../parts/format.js';

const PAGE = 50;

/** Nothing known yet. `failed` are the files that could not be read, of `total`. */
export function libraryState() {
  return { failed: [], total: 0 };
}

/** The query for files that could not be read. */
export function failedQuery(library, offset) {
  return { library, state: 'failed', limit: PAGE, offset };
}

/** Takes the files of an answer behind the first `offset` ones, which stay. */
export function takeFailed(state, { files, total }, offset) {
  state.failed = [...state.failed.slice(0, offset), ...files];
  state.total = total;
}

/** Whether there are more of them to ask for. */
export function hasMoreFailed({ failed, total }) {
  return failed.length < total;
}

/** The figures of a library: [[number, what it counts]]. */
export function figuresOf(library) {
  return [
    [count(library.files), 'sounds'],
    [duration(library.seconds), 'of sound'],
    [count(library.segments), library.moments === false ? 'vectors' : 'vectors, with moments'],
    [count(library.failed), 'could not be read'],
    [count(library.vanished), 'vanished'],
    [library.model.split('/').at(-1), 'model'],
  ];
}
