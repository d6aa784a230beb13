// Which rows of a long list are in sight, and which pages hold them; names that are too long for their place.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pagesOf, rowAt, rowsInSight, topOf } from '../../web/parts/rows.js';

const sizes = { height: 10, extra: new Map([[2, 100]]), total: 1000 };

test('a row that is open pushes those after it down', () => {
  assert.deepEqual(
    [0, 2, 3, 999].map((at) => topOf(at, sizes.height, sizes.extra)),
    [0, 20, 130, 10090],
  );
});

test('every place in the list belongs to the row that is drawn there', () => {
  for (const [top, expected] of [
    [-50, 0],
    [0, 0],
    [19, 1],
    [25, 2],
    [129, 2],
    [130, 3],
    [10095, 999],
    [1e9, 999],
  ])
    assert.equal(rowAt(top, sizes), expected, `${top}`);
});

test('rows in sight and a margin are there, and no others', () => {
  assert.deepEqual(rowsInSight({ from: 0, to: 50, margin: 2 }, { ...sizes, extra: new Map() }), [0, 8]);
  assert.deepEqual(rowsInSight({ from: 500, to: 550, margin: 2 }, { ...sizes, extra: new Map() }), [48, 58]);
  assert.deepEqual(rowsInSight({ from: 0, to: 50, margin: 2 }, { ...sizes, total: 0 }), [0, 0]);
});

test('pages are those that hold the rows', () => {
  assert.deepEqual(pagesOf(95, 105, 100), [0, 1]);
  assert.deepEqual(pagesOf(100, 200, 100), [1]);
  assert.deepEqual(pagesOf(0, 0, 100), []);
});
