// How far a job has come.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  endName,
  jobName,
  missingWords,
  progressWords,
  resultWords,
  shareDone,
  withoutMissing,
  withoutMissingWords,
} from '../../web/parts/progress.js';

test('bytes tell the share where they are known, else files', () => {
  assert.equal(shareDone({ bytes: 25, of_bytes: 100, files: 9, of_files: 10 }), 0.25);
  assert.equal(shareDone({ files: 9, of_files: 10 }), 0.9);
  assert.equal(shareDone({}), 0);
});

test('a running job says what it has and what is left', () => {
  const progress = { bytes: 1.2e9, of_bytes: 2.4e9, files: 120, of_files: 1400, seconds: 7500 };
  assert.equal(progressWords(progress), '120 of 1,400 files · 1.2 GB of 2.4 GB · 50% · 2 h 5 min of sound');
  assert.equal(progressWords({}), '');
});

test('a job that is over says what it did', () => {
  assert.equal(resultWords({ files: 1, of_files: 1, seconds: 5 }), '1 file · 5.0 s of sound');
  assert.equal(resultWords({}), '0 files');
});

test('a state or a kind that is new is called as the server calls it', () => {
  assert.equal(endName('running'), '');
  assert.equal(endName('cancelled'), 'Stopped');
  assert.equal(endName('paused'), 'paused');
  assert.equal(jobName('index'), 'Indexing');
  assert.equal(jobName('vacuum'), 'vacuum');
});

test('a reindexing that was refused says how many files are missing, and can go without them', () => {
  const one = missingWords('reindex', { files: 1, first: '/sounds/rain.wav' });
  assert.equal(one, '1 file is missing or cannot be read: rain.wav. The library is as it was.');
  const many = missingWords('reindex', { files: 1201, first: '/sounds/rain.wav' });
  assert.equal(many, '1,201 files are missing or cannot be read: rain.wav and 1,200 more. The library is as it was.');
  const request = withoutMissing({ job: 7, kind: 'reindex', library: 'field', missing: { files: 1 } });
  assert.deepEqual(request, { kind: 'reindex', library: 'field', drop_missing: true });
});

test('a folder that is gone is named before anything of it is forgotten', () => {
  const words = missingWords('prune', { files: 2, first: '/mnt/drive/sounds' });
  assert.equal(words, 'Nothing is left of sounds: 2 files known, none there. Nothing was forgotten.');
  assert.equal(withoutMissingWords('prune', { files: 2 }), 'Forget them');
  assert.equal(withoutMissingWords('reindex', { files: 1 }), 'Reindex without it');
  assert.deepEqual(withoutMissing({ kind: 'index', library: 'field' }), {
    kind: 'index',
    library: 'field',
    drop_missing: true,
  });
});
