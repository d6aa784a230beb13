// Sounds fall into the buckets of their labels.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bucketName, bucketsOf, NONE, presenceOf, soundsUnder } from '../../web/parts/bucketing.js';

const sound = (id, found, presences) => ({
  id,
  found,
  labels: Object.entries(presences).map(([label, presence]) => ({ label, presence })),
});
const results = [
  sound(1, ['rain'], { rain: 0.6, bell: 0.1 }),
  sound(2, [], { rain: 0.2 }),
  sound(3, ['rain', 'bell'], { rain: 0.9, bell: 0.7 }),
];
const ids = (sounds) => sounds.map(({ id }) => id);

test('each label has its sounds, the most probable first, and what has none comes last', () => {
  const buckets = bucketsOf({ labels: ['rain', 'bell'], results, counts: { rain: 20, bell: 1 }, none: 5, total: 40 });
  assert.deepEqual(
    buckets.map(({ label, sounds, number, share }) => [label, ids(sounds), number, share]),
    [
      ['rain', [3, 1], 20, 0.5],
      ['bell', [3], 1, 1 / 40],
      [NONE, [2], 5, 5 / 40],
    ],
  );
});

test('without counts the sounds that came are counted, and an empty library has no shares', () => {
  const [rain] = bucketsOf({ labels: ['rain'], results, none: 0, total: 0 });
  assert.equal(rain.number, 2);
  assert.equal(rain.share, null);
});

test('sounds keep their place in the answer', () => {
  soundsUnder(results, 'rain');
  assert.deepEqual(ids(results), [1, 2, 3]);
});

test('the bucket of what has none has a name and no presences', () => {
  assert.equal(bucketName(NONE), 'none of these');
  assert.equal(presenceOf(results[1], NONE), null);
  assert.equal(presenceOf(results[1], 'bell'), 0);
});
