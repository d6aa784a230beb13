// What leaves the page: names of clips, and lists of sounds in the forms of other programs.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { areOfOne, audacityOf, clipName, csvOf, m3uOf, ravenOf } from '../../web/parts/clips.js';

const whole = { id: 1, path: '/x/rain, heavy.wav', name: 'rain, heavy.wav', duration_seconds: 5, container: 'wav' };
const part = { ...whole, start: 1, end: 2.5, score: 0.9, labels: [{ label: 'rain' }, { label: 'rain' }] };

test('a clip is called after its sound and its place, as the server calls it', () => {
  assert.equal(clipName({ name: 'rain.1.flac' }, { start: 12.5, end: 17.5 }), 'rain.1 12.500-17.500.wav');
  assert.equal(clipName({ name: 'rain' }, { start: 0, end: 1 }, 'flac'), 'rain 0.000-1.000.flac');
});

test('a table quotes what has commas, and leaves empty what is not known', () => {
  const [head, first, second] = csvOf([whole, part]).split('\r\n');
  assert.equal(head, 'path,start,end,seconds,container,rate_hz,channels,recorded,score,labels');
  assert.equal(first, '"/x/rain, heavy.wav",0,5,5,wav,,,,,');
  assert.equal(second, '"/x/rain, heavy.wav",1,2.5,5,wav,,,,0.9,rain');
  assert.match(csvOf([{ ...whole, path: 'a"b\n' }]), /"a""b\n",/);
});

test('a playlist says where a part begins and ends', () => {
  assert.equal(m3uOf([whole]), '#EXTM3U\n#EXTINF:5,rain, heavy.wav\n/x/rain, heavy.wav\n');
  assert.match(m3uOf([part]), /#EXTVLCOPT:start-time=1\.000\n#EXTVLCOPT:stop-time=2\.500\n/);
  assert.match(m3uOf([{ ...whole, path: '/x/a\nb.wav' }]), /file:\/\/\/x\/a%0Ab\.wav/);
});

test('labels and selections have a line each', () => {
  assert.equal(audacityOf([part]), '1.000000\t2.500000\train, heavy.wav\n');
  assert.equal(
    ravenOf([whole, part]).split('\n')[2],
    '2\tSpectrogram 1\t1\t1.000\t2.500\t/x/rain, heavy.wav\train, heavy.wav',
  );
  assert.equal(areOfOne([whole, part]), true);
  assert.equal(areOfOne([whole, { ...part, id: 2 }]), false);
});
