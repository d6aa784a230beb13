// Groups of sounds: which filter each is, and how it is called.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lengthName, nameOf } from '../../web/parts/format.js';
import { filterOf, groupName, isChosen } from '../../web/screens/search/groups.js';

const called = (by, name) => groupName({ by, name }, { nameOf, lengthName });

test('each group is a filter, but for the name of a tag alone', () => {
  assert.deepEqual(filterOf({ by: 'folder', name: '/x/rain' }), { folder: '/x/rain' });
  assert.deepEqual(filterOf({ by: 'tag', name: 'genre=jazz' }), { tag: 'genre=jazz' });
  assert.equal(filterOf({ by: 'tag', name: 'genre' }), null);
  assert.deepEqual(filterOf({ by: 'recorded', name: '2024-05' }), { recorded_from: '2024-05', recorded_to: '2024-05' });
  assert.deepEqual(filterOf({ by: 'length', name: '..2' }), { shortest: '', longest: '2' });
});

test('a group is chosen where the filter is set to all of it', () => {
  const short = { by: 'length', name: '2..10' };
  assert.equal(isChosen(short, { shortest: '2', longest: '10' }), true);
  assert.equal(isChosen(short, { shortest: '2' }), false);
  assert.equal(isChosen({ by: 'length', name: '600..' }, { shortest: '600' }), true);
  assert.equal(isChosen({ by: 'tag', name: 'genre' }, {}), false);
});

test('groups are called in plain words', () => {
  assert.equal(called('folder', '/x/rain'), 'rain');
  assert.equal(called('tag', 'genre=jazz'), 'jazz');
  assert.equal(called('length', '..2'), 'Up to 2 s');
  assert.equal(called('length', '10..60'), '10 s – 1 min');
  assert.equal(called('length', '600..'), 'Over 10 min');
});
