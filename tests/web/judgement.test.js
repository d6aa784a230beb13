// How a hit is judged, and what is said of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { certaintyOf, isWeak, keptLabels, parted, reasonSentences, wordReasons } from '../../web/parts/judgement.js';

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

test('strong and likely hits are better than weak ones', () => {
  const hits = [{ grade: 'strong' }, { grade: 'weak' }, { grade: 'likely' }, {}];
  assert.deepEqual(hits.map(isWeak), [false, true, false, false]);
  assert.deepEqual(parted(hits), { better: [hits[0], hits[2], hits[3]], weak: [hits[1]] });
});

test('a hit has a probability, its grade and its rank by sound; a sound that is no hit has none', () => {
  const hit = { score: 0.8, grade: 'strong', reasons: [words, sound] };
  assert.deepEqual(certaintyOf(hit), { score: 0.8, grade: 'strong', rank: 4 });
  assert.equal(certaintyOf({ score: 0.2, grade: 'weak', reasons: [] }).rank, null);
  assert.equal(certaintyOf({ name: 'a.wav' }), null);
});

test('words are told with each place once', () => {
  assert.deepEqual(wordReasons({ reasons: [sound, words] }), [
    { words: '“rain roof tin” in the name and a folder', isExact: true },
  ]);
  assert.equal(wordReasons({ reasons: [{ ...words, coverage: 'some' }] })[0].isExact, false);
  assert.deepEqual(wordReasons({}), []);
});

test('the sentences say rank, cosine, grade and probability', () => {
  const hit = { cosine: 0.5, score: 0.12, grade: 'weak', reasons: [sound] };
  assert.deepEqual(reasonSentences(hit), [
    'Number 4 by sound, with a cosine of 0.500.',
    'A weak match: only with a probability of 12% is it what was asked for.',
  ]);
  assert.deepEqual(reasonSentences({ cosine: null, reasons: [{ ...words, matches: [words.matches[0]] }] }), [
    'Number 1 by words: “rain” is in the name.',
  ]);
});

test('labels that were only asked for are answers, and no labels', () => {
  assert.deepEqual(
    keptLabels({ labels: [{ label: 'siren', presence: 0.1 }, { label: 'dog', source: 'hand' }, 'dog'] }),
    ['dog'],
  );
  assert.deepEqual(keptLabels({}), []);
});
