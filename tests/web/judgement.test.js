// How a hit is judged, and what is said of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isWeak, nearnessOf, parted, reasonSentences, wordReasons } from '../../web/parts/judgement.js';

const sound = { kind: 'sound', rank: 4 };
const words = {
  kind: 'words',
  rank: 1,
  coverage: 'all',
  matches: [
    { words: 'rain', place: 'name' },
    { words: 'roof', place: 'folders' },
    { words: 'tin', place: 'name' },
  ],
};

test('only hits below the cut are weak', () => {
  const hits = [{ standing: 'above cut' }, { standing: 'below cut' }, {}];
  assert.deepEqual(hits.map(isWeak), [false, true, false]);
  assert.deepEqual(parted(hits), { strong: [hits[0], hits[2]], weak: [hits[1]] });
});

test('the bar is full from a cosine of 0.7 on and never negative', () => {
  assert.equal(nearnessOf({ cosine: 0.9 }).share, 1);
  assert.equal(nearnessOf({ cosine: 0.35 }).share, 0.5);
  assert.equal(nearnessOf({ cosine: -0.2 }).share, 0);
  assert.equal(nearnessOf({ cosine: 0.5, reasons: [words, sound] }).rank, 4);
  assert.equal(nearnessOf({ cosine: null }), null);
});

test('words are told with each place once', () => {
  assert.deepEqual(wordReasons({ reasons: [sound, words] }), [
    { words: '“rain roof tin” in the name and a folder', isExact: true },
  ]);
  assert.equal(wordReasons({ reasons: [{ ...words, coverage: 'some' }] })[0].isExact, false);
  assert.deepEqual(wordReasons({}), []);
});

test('the sentences say rank, cosine, chance and the cut', () => {
  const hit = { cosine: 0.5, chance: 0.03, standing: 'below cut', reasons: [sound] };
  assert.deepEqual(reasonSentences(hit), [
    'Number 4 by sound, with a cosine of 0.500.',
    '3% of unrelated searches find something this close in this library.',
    'It is below the cut, so it may be here by chance.',
  ]);
  assert.deepEqual(
    reasonSentences({ cosine: null, chance: null, reasons: [{ ...words, matches: [words.matches[0]] }] }),
    ['Number 1 by words: “rain” is in the name.'],
  );
});
