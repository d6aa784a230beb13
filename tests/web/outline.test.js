// Outlines: of samples, and as bars.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { barsOf, loudestOf, outline } from '../../web/parts/outline.js';
import { wavOf } from '../../web/parts/wav.js';

test('an outline keeps the extremes of each step, and the rest at its end', () => {
  assert.deepEqual(outline([0.5, -0.25, 0.1, 0.2, -1], 2), [
    [-0.25, 0.5],
    [0, 0.2],
    [-1, 0],
  ]);
  assert.deepEqual(outline([], 2), []);
});

test('bars cover the whole outline, whether it is finer or coarser', () => {
  const peaks = [
    [-1, 0],
    [0, 0.5],
    [-0.2, 0.2],
    [0, 1],
  ];
  assert.deepEqual(barsOf(peaks, 2), [
    [-1, 0.5],
    [-0.2, 1],
  ]);
  assert.deepEqual(barsOf(peaks.slice(0, 1), 3), [
    [-1, 0],
    [-1, 0],
    [-1, 0],
  ]);
});

test('silence is not drawn as loud', () => {
  assert.equal(loudestOf([[-0.001, 0.001]]), 0.06);
  assert.equal(loudestOf([[-0.5, 0.2]]), 0.5);
});

test('a recording is a mono WAV file of 16 bits, clipped and not wrapped', () => {
  const file = new DataView(wavOf([Float32Array.of(0, 1), Float32Array.of(-2)], 48000));
  const letters = (at) => String.fromCharCode(...[0, 1, 2, 3].map((offset) => file.getUint8(at + offset)));
  assert.deepEqual([0, 8, 36].map(letters), ['RIFF', 'WAVE', 'data']);
  assert.equal(file.byteLength, 50);
  assert.equal(file.getUint32(4, true), 42);
  assert.equal(file.getUint16(22, true), 1);
  assert.equal(file.getUint32(24, true), 48000);
  assert.equal(file.getUint32(40, true), 6);
  assert.deepEqual(
    [44, 46, 48].map((at) => file.getInt16(at, true)),
    [0, 32767, -32767],
  );
});
