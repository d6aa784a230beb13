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
  assert.deepEqual(toFilter({ recorded_to: '2024-01-01' }), { recorded: [null, '2024-01-01'] });
});

test('hours of the day are a range over midnight too', () => {
  for (const [hours, hour] of [
    ['4..7', ['4', '7']],
    ['22:30 – 3', ['22:30', '3']],
    ['4', ['4', '4']],
    ['22..', ['22', null]],
    ['..', null],
    ['', null],
  ]) {
    assert.deepEqual(toFilter({ hours }).hour ?? null, hour, hours);
  }
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
    [['from', 'to'], 'changed … – 2024-05-01'],
  ]);
  assert.deepEqual(filterWords({ recorded_from: '2021-04-20', hours: '22..3' }), [
    [['recorded_from', 'recorded_to'], 'recorded 2021-04-20 – …'],
    [['hours'], 'recorded at 22–3 h'],
  ]);
  assert.deepEqual(filterWords({ longest: '' }), []);
  assert.deepEqual(filterWords({ shortest: '60' }), [[['shortest', 'longest'], '60–∞ s']]);
});
