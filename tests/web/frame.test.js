// The address, and the keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readHash, writeHash } from '../../web/address.js';
import { capsOf, keyName, pendingAfter, taskOf } from '../../web/keys.js';

test('a screen and its state come back from the address', () => {
  const { name, parameters } = readHash('#/search?q=a+b&by=words');
  assert.equal(name, 'search');
  assert.equal(parameters.get('q'), 'a b');
  assert.equal(writeHash(name, parameters), '#/search?q=a+b&by=words');
});

test('an address that names no screen is no error', () => {
  assert.equal(readHash('').name, '');
  assert.equal(readHash('#/../etc').name, '');
  assert.equal(writeHash('map', new URLSearchParams()), '#/map');
});

test('keys have names of their own, and Shift counts only with those', () => {
  assert.equal(keyName({ key: ' ', shiftKey: false }), 'Space');
  assert.equal(keyName({ key: 'ArrowLeft', shiftKey: true }), 'Shift+ArrowLeft');
  assert.equal(keyName({ key: '?', shiftKey: true }), '?');
});

test('the last that bound a key has it, as long as its condition holds', () => {
  const first = { keys: [{ keys: ['m'], run: 'first' }] };
  let isReady = false;
  const last = { keys: [{ keys: ['m', 'x'], run: 'last', when: () => isReady }] };
  assert.equal(taskOf([first, last], '', 'm'), 'first');
  isReady = true;
  assert.equal(taskOf([first, last], '', 'm'), 'last');
  assert.equal(taskOf([first, last], '', 'q'), null);
});

test('two keys in a row go before the second alone', () => {
  const groups = [
    {
      keys: [
        { keys: ['g s'], run: 'search' },
        { keys: ['s'], run: 'alone' },
      ],
    },
  ];
  assert.equal(pendingAfter('g'), 'g');
  assert.equal(pendingAfter('s'), '');
  assert.equal(taskOf(groups, 'g', 's'), 'search');
  assert.equal(taskOf(groups, '', 's'), 'alone');
  assert.equal(taskOf([{ keys: [groups[0].keys[1]] }], 'g', 's'), 'alone');
});

test('caps show arrows, and keys in a row as two', () => {
  assert.deepEqual(capsOf(['ArrowDown', 'j']), [['↓'], ['j']]);
  assert.deepEqual(capsOf(['g s']), [['g', 's']]);
});
