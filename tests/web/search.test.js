// The search screen without a page: its state, and the words around its results.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isBrowsing } from '../../web/query.js';
import * as states from '../../web/screens/search/state.js';
import {
  browseWords,
  identicalWords,
  nothingWords,
  readingLines,
  summaryOf,
  titleWords,
} from '../../web/screens/search/words.js';

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

test('the address says how many are shown, which is chosen and which are open, until something else is asked', () => {
  const address = 'q=rain&shown=120&at=7&open=7%2C9';
  const state = stateOf(address);
  assert.equal(states.placeParameters(state).toString(), address);
  states.addShown(state, hits(40), false);
  assert.equal(states.wantsMore(state, 40), true, 'two pages are still to come');
  assert.equal(states.wantsMore(state, 12), false, 'there are no more');
  state.query.text = 'wind';
  state.view = 'table';
  assert.match(states.placeParameters(state).toString(), /^q=rain/, 'the answer is still that to rain');
  assert.doesNotMatch(states.placeParameters(state).toString(), /table/, 'or back would lead to the table');
  assert.equal(states.beginQuery(state).toString(), 'q=wind&view=table');
  assert.deepEqual([state.at, state.open], [null, []]);
});

test('a row is called by its sound, and by its moment where those are listed', () => {
  const hit = { id: 7, start: 2.5 };
  assert.equal(states.rowKey(hit, stateOf('q=rain').query), '7');
  assert.equal(states.rowKey(hit, stateOf('q=rain&moments=1').query), '7@2.5');
});

test('the title says what is asked, wanted and not', () => {
  assert.equal(titleWords(stateOf('q=rain&not=text:wind').query), 'rain − wind');
  assert.equal(titleWords(stateOf('and=id@1-3:277~Water.wav').query), 'Water.wav 0:01.0–0:03.0');
});

test('filters without words list sounds, and what is listed comes back from the address', () => {
  for (const address of ['list=1', 'format=wav&view=table&sort=-duration', 'folder=%2Fx%2Frain&sort=name']) {
    const state = stateOf(address);
    assert.equal(isBrowsing(state.query), true, address);
    assert.equal(states.placeParameters(state).toString(), address);
  }
  assert.equal(isBrowsing(stateOf('').query), false);
  assert.equal(isBrowsing(stateOf('q=rain&format=wav').query), false);
  assert.deepEqual(stateOf('sort=nonsense').sort, { by: 'path', isDown: false });
});

test('a list is asked for with its filter and its order', () => {
  const state = stateOf('format=wav&sort=-duration');
  assert.deepEqual(states.browseRequest(state, { library: 'home', offset: 100, limit: 100 }), {
    library: 'home',
    sort: 'duration',
    descending: true,
    offset: 100,
    limit: 100,
    filter: { format: ['wav'] },
  });
  assert.deepEqual(states.otherWay(state.sort), { by: 'duration', isDown: false });
});

test('everything is listed, and pressed again nothing', () => {
  const state = stateOf('q=rain&format=wav');
  states.browseAll(state);
  assert.deepEqual([state.query.text, state.query.list, state.query.filter], ['', true, {}]);
  states.browseAll(state);
  assert.equal(isBrowsing(state.query), false);
});

test('a list says how many sounds there are, and in what', () => {
  const state = stateOf('folder=%2Fx%2Ffoley%2Frain&format=wav');
  assert.equal(browseWords(1234, state, ['/x/foley']), '1,234 sounds · in foley/rain · WAV');
  assert.equal(titleWords(state.query, ['/x/foley']), 'in foley/rain · WAV');
  assert.equal(titleWords(stateOf('list=1').query), 'All sounds');
});
