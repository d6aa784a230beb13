// The library screen without a page: figures, and failures page by page.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as states from '../../web/screens/library/state.js';

test('failures come page by page, and a fresh answer replaces them', () => {
  const state = states.libraryState();
  states.takeFailed(state, { files: ['a', 'b'], total: 3 }, 0);
  assert.equal(states.hasMoreFailed(state), true);
  states.takeFailed(state, { files: ['c'], total: 3 }, 2);
  assert.deepEqual(state.failed, ['a', 'b', 'c']);
  assert.equal(states.hasMoreFailed(state), false);
  states.takeFailed(state, { files: ['b'], total: 1 }, 0);
  assert.deepEqual(state.failed, ['b']);
});

test('an answer that came twice is taken once', () => {
  const state = states.libraryState();
  states.takeFailed(state, { files: ['a'], total: 1 }, 0);
  states.takeFailed(state, { files: ['a'], total: 1 }, 0);
  assert.deepEqual(state.failed, ['a']);
});

test('the figures name the model without its owner, and moments where there are some', () => {
  const library = { files: 1200, seconds: 7500, segments: 3400, failed: 1, vanished: 0, model: 'someone/clap' };
  assert.deepEqual(states.figuresOf(library), [
    ['1,200', 'sounds'],
    ['2 h 5 min', 'of sound'],
    ['3,400', 'vectors, with moments'],
    ['1', 'could not be read'],
    ['0', 'vanished'],
    ['clap', 'model'],
  ]);
  assert.equal(states.figuresOf({ ...library, moments: false })[2][1], 'vectors');
});
