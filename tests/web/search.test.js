// The search screen without a page: its state, and the words around its results.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as states from '../../web/screens/search/state.js';
import { identicalWords, nothingWords, readingLines, summaryOf } from '../../web/screens/search/words.js';

const stateOf = (address) => states.searchState(new URLSearchParams(address));
const hits = (number, grade = 'strong') => Array.from({ length: number }, () => ({ grade }));
const found = (more) => ({ hits: hits(2), hidden: 0, searched: { files: 18 }, ...more });

test('the next request goes on behind what is shown', () => {
  const state = stateOf('q=rain');
  assert.equal(states.nextRequest(state, 'home').offset, 0);
  states.addShown(state, hits(40), false);
  assert.deepEqual(states.nextRequest(state, 'home'), {
    library: 'home',
    limit: 40,
    offset: 40,
    by: 'both',
    text: 'rain',
  });
  states.beginAnswer(state);
  assert.equal(states.nextRequest(state, 'home').offset, 0);
});

test('that weaker hits are shown is remembered over pages', () => {
  const state = stateOf('q=rain');
  states.addShown(state, hits(40), true);
  states.addShown(state, hits(3), false);
  assert.equal(state.hasWeak, true);
  assert.equal(state.shown, 43);
});

test('more like a sound asks for it alone, and keeps the filters', () => {
  const state = stateOf('q=rain&all=1&not=text:wind&format=wav');
  const { query } = state;
  states.askLike(state, { id: 3, name: 'a.wav' });
  assert.equal(state.query, query, 'the box shows this very object');
  assert.equal(query.text, '');
  assert.deepEqual(
    query.parts.map(({ kind, value, sign }) => [kind, value, sign]),
    [['id', '3', 1]],
  );
  assert.equal(query.all, false);
  assert.deepEqual(query.filter, { format: 'wav' });
});

test('a sound is added to what was asked, and filters are taken off', () => {
  const state = stateOf('q=rain&format=wav');
  states.addLike(state, { id: 3, name: 'a.wav' }, -1);
  states.clearFilters(state);
  assert.equal(state.query.text, 'rain');
  assert.equal(state.query.parts[0].sign, -1);
  assert.deepEqual(state.query.filter, {});
});

test('a recent search moves to the front and is kept once; six are kept', () => {
  assert.deepEqual(states.recentWith(['a', 'b'], ' b '), ['b', 'a']);
  assert.deepEqual(states.recentWith(['a'], '  '), ['a']);
  assert.equal(states.recentWith(['a', 'b', 'c', 'd', 'e', 'f'], 'g').length, 6);
});

test('the summary counts matches and weaker ones, hidden or shown', () => {
  const { query } = stateOf('q=rain');
  assert.equal(summaryOf(found(), query), '2 matches · in 18 sounds');
  assert.equal(summaryOf(found({ hits: hits(1), hidden: 31 }), query), '1 match · 31 weaker hidden · in 18 sounds');
  const weaker = [...hits(2), ...hits(5, 'weak')];
  assert.equal(summaryOf(found({ hits: weaker }), query), '2 matches · 5 weaker · in 18 sounds');
  assert.equal(
    summaryOf(found({ hits: weaker, hidden: 4 }), query),
    '2 matches · 5 weaker · 4 weaker hidden · in 18 sounds',
  );
  assert.equal(summaryOf(found({ hits: hits(40) }), query), 'the best 40 matches · in 18 sounds');
});

test('the summary says how long it took, and that moments were looked for', () => {
  const { query } = stateOf('q=rain&moments=1');
  const quick = found({ timing_ms: { embed: 3, search: 1.25 } });
  assert.equal(summaryOf(quick, query), 'Moments: 2 matches · in 18 sounds · 4.3 ms');
  assert.match(summaryOf(found({ timing_ms: { embed: 30.4 } }), query), / · 30 ms$/);
});

test('what the words were read as is said, and nothing where they were taken as typed', () => {
  const word = (typed, treatment = 'kept', more = {}) => ({ typed, treatment, read_as: [], unwanted: false, ...more });
  const lines = (reading, readAs) => readingLines({ reading, read_as: readAs });
  assert.deepEqual(lines([word('rain')]), []);
  assert.deepEqual(readingLines({}), []);
  assert.deepEqual(lines([word('birds'), word('crows', 'kept', { unwanted: true })], 'birds, not crows'), [
    'Read as: birds, not crows',
  ]);
  assert.deepEqual(
    lines([
      word('hellicopter', 'corrected', { read_as: ['helicopter'] }),
      word('orage', 'translated', { read_as: ['storm', 'thunderstorm'], unwanted: true }),
      word('snar*', 'corrected', { read_as: ['snare'] }),
    ]),
    [
      'Searched for helicopter (nothing is called hellicopter); for storm or thunderstorm (orage in English); ' +
        'for snare (nothing is called snar)',
    ],
  );
  assert.deepEqual(lines([word('grxlfm', 'unknown'), word('rain')]), [
    'Neither the library nor the model knows “grxlfm”',
  ]);
  assert.deepEqual(lines([word('grxlfm', 'unknown'), word('rain', 'kept', { unwanted: true })]), [
    'Neither the library nor the model knows “grxlfm”; what sounds like it is there by chance',
  ]);
});

test('copies of the example are named, three of them at most', () => {
  const files = (number) => Array.from({ length: number }, (_, at) => ({ path: `/x/${at}.wav` }));
  assert.equal(identicalWords(undefined), '');
  assert.equal(identicalWords(files(1)), 'Left out because it is a copy of the example: 0.wav');
  assert.equal(
    identicalWords(files(5)),
    'Left out because they are copies of the example: 0.wav, 1.wav, 2.wav and 2 more',
  );
});

test('where nothing is likely, the way out depends on why', () => {
  assert.equal(nothingWords(found({ hits: [], searched: { files: 0 } })).offer, 'clear');
  assert.equal(nothingWords(found({ hits: [] })).offer, null);
  assert.match(nothingWords(found({ hits: hits(3, 'weak') })).body, /^The nearest are below/);
  assert.doesNotMatch(nothingWords(found({ hits: [] })).body, /below/);
});
