// The duplicates screen without a page: kinds, what was set aside, and what tells files apart.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as states from '../../web/screens/duplicates/state.js';
import { emptyWords, factsOf, groupWords, statusOf } from '../../web/screens/duplicates/words.js';

const group = (kind, ...paths) => ({ kind, files: paths.map((path) => ({ path })) });

function stateWith(aside = []) {
  const state = states.duplicatesState(new URLSearchParams(), aside);
  states.takeGroups(state, [group('same bytes', '/b', '/a'), group('near-identical', '/c', '/d', '/e')]);
  return state;
}

test('a group that is set aside is known again by its files, in any order', () => {
  const state = stateWith();
  states.setAside(state, state.groups[0]);
  assert.deepEqual(
    states.openGroups(state).map(({ kind }) => kind),
    ['near-identical'],
  );
  assert.equal(states.asideCount(stateWith([...state.aside])), 1);
  states.bringBack(state);
  assert.equal(states.openGroups(state).length, 2);
});

test('what was set aside in another library is not counted here', () => {
  assert.equal(states.asideCount(stateWith(['/x\n/y'])), 0);
});

test('one kind is shown from its first group on', () => {
  const state = stateWith();
  states.showMore(state);
  states.showKind(state, 'near-identical');
  assert.equal(state.shown, 25);
  assert.equal(states.openGroups(state, state.kind).length, 1);
  assert.equal(states.toParameters(state).toString(), 'kind=near-identical');
});

test('files are named by their paths', () => {
  assert.equal(stateWith().groups[0].files[0].name, 'b');
});

test('spare files are all but one of each group', () => {
  assert.equal(statusOf(stateWith().groups), '2 groups, 3 spare files');
  assert.equal(statusOf([]), '');
});

test('an empty list says why it is empty', () => {
  assert.equal(emptyWords(0, 0).title, 'No duplicates');
  assert.equal(emptyWords(3, 0).title, 'All groups are set aside');
  assert.equal(emptyWords(3, 2).title, 'None of this kind');
});

test('a cosine is told where it says more than the kind', () => {
  assert.match(groupWords({ kind: 'near-identical', cosine: 0.9876 }).meaning, /Cosine 0\.988\.$/);
  assert.doesNotMatch(groupWords({ kind: 'same bytes', cosine: 1 }).meaning, /Cosine/);
  assert.deepEqual(groupWords({ kind: 'new kind' }), { title: 'new kind', meaning: '' });
});

test('a fact is marked where the files differ in it', () => {
  const one = { container: 'wav', duration_seconds: 5, bytes: 1000 };
  const other = { ...one, container: 'flac' };
  assert.deepEqual(factsOf(one, [one, other]), [
    { words: 'WAV', differs: true },
    { words: '5.0 s', differs: false },
    { words: '1.0 kB', differs: false },
  ]);
});
