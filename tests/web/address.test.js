// The address: screen, library and state in one, and what of it holds elsewhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readHash, titleOf, wordsOf, writeHash } from '../../web/address.js';

test('screen, library and parameters come back from the address', () => {
  const hash = writeHash(
    'search',
    new URLSearchParams([
      ['q', 'rain & wind'],
      ['and', 'id:2'],
      ['and', 'id:3'],
    ]),
    'my foley',
  );
  const { name, library, parameters } = readHash(hash);
  assert.deepEqual([name, library], ['search', 'my foley']);
  assert.equal(parameters.get('q'), 'rain & wind');
  assert.deepEqual(parameters.getAll('and'), ['id:2', 'id:3']);
  assert.equal(parameters.has('lib'), false, 'no screen sees the library');
  assert.deepEqual(readHash('#elsewhere').name, '');
});

test('words are taken along to another library, ids and folders are not', () => {
  const asked = new URLSearchParams('q=rain&and=id:277&folder=/x&format=wav&at=7&moments=1');
  assert.equal(wordsOf(asked).toString(), 'q=rain&format=wav&moments=1');
});

test('the title of the tab says what is asked', () => {
  assert.equal(titleOf('Search', 'rain'), 'rain · Search · auricle');
  assert.equal(titleOf('Search'), 'Search · auricle');
});
