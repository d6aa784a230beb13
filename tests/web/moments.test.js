// Moments: which are worth a mark, and where a jump goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bestFirst, inOrder, isPart, neighbour, playFrom } from '../../web/parts/moments.js';

const moments = [
  { start: 10, end: 15, score: 0.2 },
  { start: 30, end: 35, score: 0.9 },
  { start: 0, end: 5, score: 0.5 },
];

test('a span that is nearly all of a sound is no part of it', () => {
  assert.equal(isPart({ start: 0, end: 5 }, 60), true);
  assert.equal(isPart({ start: 0, end: 59 }, 60), false);
  assert.equal(isPart({}, 60), false);
  assert.equal(isPart({ start: 0, end: 5 }, undefined), false);
});

test('moments are ranked, and in order, without touching the sound', () => {
  const sound = { moments };
  assert.deepEqual(
    bestFirst(sound).map(({ start }) => start),
    [30, 0, 10],
  );
  assert.deepEqual(
    inOrder(sound).map(({ start }) => start),
    [0, 10, 30],
  );
  assert.equal(sound.moments[0].start, 10);
  assert.deepEqual(bestFirst({}), []);
});

test('a jump goes to the next moment and starts over at the end', () => {
  const ordered = inOrder({ moments });
  assert.equal(neighbour(ordered, -1, 1).start, 0);
  assert.equal(neighbour(ordered, 0, 1).start, 10, 'not to where it already is');
  assert.equal(neighbour(ordered, 30, 1).start, 0);
  assert.equal(neighbour(ordered, 30.2, -1).start, 10, 'just begun, so back to the one before');
  assert.equal(neighbour(ordered, 32, -1).start, 30);
  assert.equal(neighbour(ordered, 0, -1).start, 30);
  assert.equal(neighbour([], 0, 1), undefined);
});

test('playing begins a little before the peak, within the span', () => {
  assert.equal(playFrom({ start: 10, end: 30, peak: { start: 20, end: 25 } }), 19.5);
  assert.equal(playFrom({ start: 10, end: 15, peak: { start: 10, end: 15 } }), 10);
  assert.equal(playFrom({ start: 3, end: 8 }), 3);
  assert.equal(playFrom({}), 0);
});
