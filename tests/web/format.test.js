// Numbers, times and paths as people read them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as format from '../../web/parts/format.js';

test('a time is rounded to tenths before it is cut into minutes', () => {
  assert.equal(format.clock(65.34), '1:05.3');
  assert.equal(format.clock(59.96), '1:00.0');
  assert.equal(format.clock(3661), '1:01:01.0');
  assert.equal(format.clock(-1), '0:00.0');
  assert.equal(format.wholeClock(65.3), '1:05');
  assert.equal(format.span(0, 5), '0:00.0–0:05.0');
});

test('a duration has no 60 seconds in it', () => {
  assert.equal(format.duration(5), '5.0 s');
  assert.equal(format.duration(59.96), '1 min');
  assert.equal(format.duration(200), '3 min 20 s');
  assert.equal(format.duration(7500), '2 h 5 min');
  assert.equal(format.shortDuration(200), '3:20');
});

test('nouns have their plural', () => {
  assert.equal(format.many(1, 'match'), '1 match');
  assert.equal(format.many(0, 'match'), '0 matches');
  assert.equal(format.many(1200, 'sound'), '1,200 sounds');
});

test('sizes change their unit before they have four digits', () => {
  assert.equal(format.bytes(999), '999 B');
  assert.equal(format.bytes(999.6), '1.0 kB');
  assert.equal(format.bytes(123456), '123 kB');
  assert.equal(format.bytes(2.5e9), '2.5 GB');
});

test('a share that is not nothing is not shown as nothing', () => {
  assert.equal(format.percent(0), '0%');
  assert.equal(format.percent(0.004), '<1%');
  assert.equal(format.percent(0.5), '50%');
});

test('the folder of a file is told from the root of the library on', () => {
  assert.equal(format.folderOf('/sounds/rain/a.wav', ['/sounds']), 'sounds/rain');
  assert.equal(format.folderOf('/sounds/a.wav', ['/sounds']), 'sounds');
  assert.equal(format.folderOf('/sounds2/a.wav', ['/sounds']), '/sounds2');
  assert.equal(format.folderOf('C:\\sounds\\a.wav'), 'C:\\sounds');
});

test('a file without a name is called as its path ends', () => {
  assert.equal(format.named({ path: '/a/b.wav' }).name, 'b.wav');
  assert.equal(format.named({ path: '/a/b.wav', name: 'rain' }).name, 'rain');
});

test('what is not known of a format is left out', () => {
  assert.equal(format.audioFormat({ container: 'wav', rate_hz: 44100, channels: 2 }), 'WAV · 44.1 kHz · stereo');
  assert.equal(format.audioFormat({ container: 'flac', channels: 6 }), 'FLAC · 6 ch');
  assert.equal(format.audioFormat({}), '');
});

test('only the first letter of a sentence changes', () => {
  assert.equal(format.sentence('the CLI'), 'The CLI');
  assert.equal(format.sentence('“rain.wav” is gone'), '“rain.wav” is gone');
});
