// The teach screen without a page: answers, taking back, and what the head is given to learn.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as states from '../../web/screens/teach/state.js';

const stateOf = (address) => states.teachState(new URLSearchParams(address));
const sound = (id) => ({ id, name: `${id}.wav` });

test('the state comes back from the address', () => {
  assert.equal(
    states.toParameters(stateOf('head=weather&prompt=rain+and+wind')).toString(),
    'head=weather&prompt=rain+and+wind',
  );
  assert.equal(states.toParameters(stateOf('')).toString(), '');
});

test('a head learns nothing before its first yes', () => {
  const state = stateOf('head=siren');
  assert.equal(states.lessonRequest(state, 'home'), null);
  states.answer(state, sound(1), false);
  assert.equal(states.lessonRequest(state, 'home'), null);
  states.answer(state, sound(2), true);
  assert.deepEqual(states.lessonRequest(state, 'home'), {
    library: 'home',
    judgements: [
      { id: 1, positive: false },
      { id: 2, positive: true, class: 'siren' },
    ],
  });
});

test('a head that has learned before also learns from a no alone', () => {
  const state = stateOf('head=siren&prompt=a+siren+wails');
  states.takeHeads(state, [{ name: 'other' }, { name: 'siren' }]);
  states.answer(state, sound(1), false);
  assert.equal(states.lessonRequest(state, 'home').judgements.length, 1);
  assert.equal(states.lessonRequest(state, 'home').prompt, 'a siren wails');
});

test('answers are taken back from the last on, and one that was changed is the last', () => {
  const state = stateOf('head=siren');
  states.answer(state, sound(1), true);
  states.answer(state, sound(2), true);
  states.answer(state, sound(1), false);
  assert.equal(states.takeBack(state).id, 1);
  assert.equal(states.takeBack(state).id, 2);
  assert.equal(states.takeBack(state), null);
});

test('the tally counts yes and no, latest first', () => {
  const state = stateOf('head=siren');
  for (const [id, isYes] of [
    [1, true],
    [2, false],
    [3, true],
  ])
    states.answer(state, sound(id), isYes);
  const { latest, yes, no } = states.tally(state);
  assert.deepEqual([latest.map((each) => each.sound.id), yes, no], [[3, 2, 1], 2, 1]);
  assert.deepEqual(states.unanswered(state, [sound(3), sound(4)]), [sound(4)]);
});

test('a new head is asked for by words, a known one by what it suggests', () => {
  const state = stateOf('head=siren&prompt=wailing');
  states.takeHeads(state, []);
  assert.equal(state.source, 'words');
  assert.equal(states.candidatesRequest(state, 'home').text, 'wailing');
  states.takeHeads(state, [{ name: 'siren' }]);
  assert.equal(state.source, 'head');
});

test('another head begins without the answers of the last one', () => {
  const state = stateOf('head=siren&prompt=wailing');
  states.answer(state, sound(1), true);
  states.beginHead(state, { name: 'bell' });
  assert.deepEqual([state.name, state.prompt, state.answers.size, state.facts], ['bell', '', 0, null]);
  assert.equal(states.wordsOf(state), 'bell');
});
