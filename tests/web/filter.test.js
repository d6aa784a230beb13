// Filters as the server wants them, and as chips.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filterWords, toFilter } from '../../web/filter.js';

test('each filter becomes a range, a list or nothing', () => {
  assert.deepEqual(toFilter({}), {});
  assert.deepEqual(toFilter({ longest: '60', rate: '48000', channels: '2' }), {
    duration: [null, 60],
    rate: [48000, 48000],
    channels: [2, 2],
  });
  assert.deepEqual(toFilter({ from: '2024-01-01' }), { date: ['2024-01-01', null] });
});

test('a tag is asked for by its name where one is given', () => {
  assert.deepEqual(toFilter({ tag: 'jazz' }), { tag: [{ text: 'jazz' }] });
  assert.deepEqual(toFilter({ tag: 'note=a=b' }), { tag: [{ name: 'note', text: 'a=b' }] });
});

test('filters that belong together are one chip', () => {
  const words = filterWords({ shortest: '2', longest: '10', to: '2024-05-01', channels: '1', format: 'wav,flac' });
  assert.deepEqual(words, [
    [['format'], 'WAV, FLAC'],
    [['shortest', 'longest'], '2–10 s'],
    [['channels'], 'mono'],
    [['from', 'to'], '… – 2024-05-01'],
  ]);
  assert.deepEqual(filterWords({ longest: '' }), []);
  assert.deepEqual(filterWords({ shortest: '60' }), [[['shortest', 'longest'], '60–∞ s']]);
});
