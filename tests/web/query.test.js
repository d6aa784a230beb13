// What is asked: the same in the address, on chips, and as a request.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  emptyQuery,
  fromParameters,
  isEmpty,
  nextWeight,
  part,
  partName,
  signedWord,
  soundPart,
  toParameters,
  toRequest,
} from '../../web/query.js';

const full = () => ({
  text: 'rain',
  parts: [
    part('id', 12, { name: 'door~2.wav', start: 3, end: 5.5, weight: 2 }),
    part('text', 'a bell @ 3-5', { sign: -1 }),
    part('with', 'siren', { weight: 0.25 }),
  ],
  by: 'sound',
  all: true,
  moments: true,
  list: false,
  filter: { folder: '/a/b', format: 'wav,flac', shortest: '2' },
});

test('a query comes back from its address as it was', () => {
  assert.deepEqual(fromParameters(toParameters(full())), full());
});

test('an empty query has an empty address', () => {
  assert.equal(toParameters(emptyQuery()).toString(), '');
  assert.deepEqual(fromParameters(new URLSearchParams()), emptyQuery());
});

test('a part in the address that makes no sense is left out', () => {
  const query = fromParameters(new URLSearchParams('q=rain&and=nonsense&not=id:&by=smell&colour=red'));
  assert.deepEqual(query, { ...emptyQuery(), text: 'rain' });
});

test('a query of unwanted parts alone asks for nothing', () => {
  assert.equal(isEmpty({ ...emptyQuery(), text: '  ' }), true);
  assert.equal(isEmpty({ ...emptyQuery(), parts: [part('text', 'wind', { sign: -1 })] }), true);
  assert.equal(isEmpty({ ...emptyQuery(), parts: [part('id', 1)] }), false);
});

test('a request names what is wanted and unwanted, with spans and weights', () => {
  assert.deepEqual(toRequest(full(), { library: 'home', limit: 40, offset: 80 }), {
    library: 'home',
    limit: 40,
    offset: 80,
    by: 'sound',
    text: 'rain',
    wanted: [
      { id: 12, start: 3, end: 5.5, weight: 2 },
      { with: 'siren', weight: 0.25 },
    ],
    unwanted: [{ text: 'a bell @ 3-5' }],
    all: true,
    moments: true,
    filter: { folder: ['/a/b'], format: ['wav', 'flac'], duration: [2, null] },
  });
});

test('a request leaves out what is not asked', () => {
  const request = toRequest({ ...emptyQuery(), text: ' rain ' }, { library: undefined, limit: 10 });
  assert.deepEqual(request, { library: undefined, limit: 10, offset: 0, by: 'both', text: 'rain' });
});

test('a hit is asked for by its moment, but by the whole file where the moment is nearly all of it', () => {
  const hit = { id: 7, name: 'walk.wav', start: 10, end: 15, duration_seconds: 60 };
  assert.deepEqual(soundPart(hit), part('id', 7, { name: 'walk.wav', start: 10, end: 15 }));
  assert.deepEqual(soundPart({ ...hit, start: 0, end: 59 }, -1), part('id', 7, { name: 'walk.wav', sign: -1 }));
  assert.deepEqual(soundPart({ upload: 'u1', name: 'mine.wav' }), part('upload', 'u1', { name: 'mine.wav' }));
});

test('a chip says the words, the name or the id, and the span', () => {
  assert.equal(partName(part('text', 'a bell')), 'a bell');
  assert.equal(partName(part('id', 7)), 'sound 7');
  assert.equal(partName(part('id', 7, { name: 'walk.wav', start: 10, end: 15 })), 'walk.wav 0:10.0–0:15.0');
  assert.equal(partName(part('with', 'siren')), 'siren');
});

test('a sign before the only word makes it a chip, and more is left to the server', () => {
  for (const [text, expected] of [
    ['-speech', { sign: -1, words: 'speech' }],
    [' +rain ', { sign: 1, words: 'rain' }],
    ['−lo-fi', { sign: -1, words: 'lo-fi' }],
    ['-"tin roof"', { sign: -1, words: '"tin roof"' }],
    ['-crows birds', null],
    ['birds -crows', null],
    ['-12', null],
    ['- speech', null],
    ['-', null],
    ['', null],
  ])
    assert.deepEqual(signedWord(text), expected, text);
});

test('weights go round', () => {
  assert.deepEqual([0.25, 0.5, 1, 2, 4].map(nextWeight), [0.5, 1, 2, 4, 0.25]);
  assert.equal(nextWeight(1.7), 2);
  assert.equal(nextWeight(9), 0.25);
});
