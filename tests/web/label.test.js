// The label screen without a page: what is asked, what is shown, what is saved.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NONE } from '../../web/parts/bucketing.js';
import { holdsLabel } from '../../web/parts/labelbox.js';
import * as states from '../../web/screens/label/state.js';
import {
  eventSounds,
  heardWords,
  labelNames,
  listTitle,
  savedWords,
  storedWords,
  summaryOf,
} from '../../web/screens/label/words.js';

const stateOf = (address) => states.labelState(new URLSearchParams(address));

test('the state comes back from the address', () => {
  const address = 'labels=rain%2Csiren+%400.7&multi=1&threshold=0.3';
  assert.equal(states.toParameters(stateOf(address)).toString(), address);
  assert.equal(states.toParameters(stateOf('')).toString(), '');
  assert.equal(states.toParameters(stateOf('with=weather')).toString(), 'with=weather');
  for (const place of ['labels=rain&open=%7Enone', 'labels=rain&open=rain&of=7&timeline=1'])
    assert.equal(states.toParameters(stateOf(place)).toString(), place);
});

test('going back in the address restores the threshold, and keeps what is selected', () => {
  const state = stateOf('labels=rain&threshold=0.3');
  state.selected = { id: 1 };
  states.readAddress(state, new URLSearchParams('labels=rain'));
  assert.equal(state.threshold, 0.5);
  assert.deepEqual(state.selected, { id: 1 });
});

test('a sound that is chosen is named by the address, and an upload is not', () => {
  const state = stateOf('labels=rain&of=7&timeline=1');
  states.select(state, { id: 8 });
  assert.equal(states.toParameters(state).toString(), 'labels=rain&of=8', 'no timeline of it is shown');
  states.select(state, { upload: 'u1' });
  assert.equal(states.toParameters(state).toString(), 'labels=rain');
});

test('typed labels, a built-in list and a head put each other out', () => {
  const state = stateOf('labels=rain');
  states.askList(state, 'head:my: head');
  assert.deepEqual([state.labels, state.set, state.head], [[], '', 'my: head']);
  assert.equal(states.listOption(state), 'head:my: head');
  states.askList(state, 'set:esc50');
  assert.deepEqual([state.set, state.head], ['esc50', '']);
  states.askList(state, '');
  assert.equal(states.hasLabels(state), false);
  states.askLabels(state, ['rain']);
  assert.equal(states.hasLabels(state), true);
});

test('a label that is typed again in other letters is the same one', () => {
  const labels = ['Dog_bark', 'rain @0.7'];
  for (const again of ['dog bark', ' DOG  BARK', 'Rain @0.7']) assert.equal(holdsLabel(labels, again), true, again);
  for (const other of ['dog', 'rain', 'dogbark']) assert.equal(holdsLabel(labels, other), false, other);
});

test('requests name one source of labels', () => {
  assert.deepEqual(states.bestRequest(stateOf('labels=rain,wind'), 'home'), {
    library: 'home',
    labels: ['rain', 'wind'],
    threshold: 0.5,
    multi: false,
    best: 100,
  });
  const head = states.saveRequest(stateOf('with=weather&multi=1'), 'home');
  assert.deepEqual(head, { library: 'home', with: 'weather', threshold: 0.5, multi: true, write: true, limit: 1 });
});

test('a timeline is asked for by id, or by upload', () => {
  const state = stateOf('set=esc50');
  state.selected = { id: 7 };
  assert.deepEqual(states.timelineRequest(state, 'home'), { library: 'home', set: 'esc50', threshold: 0.5, id: 7 });
  state.selected = { upload: 'u1' };
  assert.equal(states.timelineRequest(state, 'home').upload, 'u1');
});

test('a timeline is heard more finely or coarsely, and first remembered', () => {
  const state = stateOf('set=esc50&of=7&detail=coarse');
  state.selected = { id: 7 };
  assert.equal(states.timelineRequest(state, 'home').hop, 2.5);
  assert.deepEqual(states.storedRequest(state, 'home'), {
    library: 'home',
    set: 'esc50',
    threshold: 0.5,
    id: 7,
    stored: true,
  });
  assert.equal(states.toParameters(state).get('detail'), 'coarse');
  assert.equal(stateOf('detail=nonsense').detail, '');
  state.selected = { upload: 'u1' };
  assert.equal(states.storedRequest(state, 'home'), null);
});

test('a timeline says where it comes from, and its events are parts of the sound', () => {
  assert.equal(storedWords({ hop: 2.5 }), 'From what the library remembers, every 2.5 s.');
  assert.equal(heardWords({ hop: 0.5, window: 2 }), 'Heard every 0.5 s, 2 s at a time.');
  const [event] = eventSounds({ id: 1, path: '/x', name: 'a.wav' }, [{ label: 'dog', start: 1, end: 2, score: 0.7 }]);
  assert.deepEqual([event.name, event.start, event.path], ['dog', 1, '/x']);
});

test('of many labels only those with sounds get a bucket', () => {
  const found = { labels: ['a', 'b'], counts: { a: 2, b: 0 }, results: [] };
  assert.deepEqual(states.shownFound({ found, set: '' }).labels, ['a', 'b']);
  assert.deepEqual(states.shownFound({ found, set: 'esc50' }).labels, ['a']);
});

test('the open list holds the sounds that came, of all that there are', () => {
  const state = stateOf('labels=rain');
  states.keepFound(state, {
    labels: ['rain'],
    counts: { rain: 9 },
    none: 4,
    results: [
      { path: '/x/a.wav', found: ['rain'], labels: [] },
      { path: '/x/b.wav', found: [], labels: [] },
    ],
  });
  state.open = 'rain';
  assert.equal(states.openedSounds(state).number, 9);
  assert.deepEqual(
    states.openedSounds(state).sounds.map(({ name }) => name),
    ['a.wav'],
  );
  state.open = NONE;
  assert.equal(states.openedSounds(state).number, 4);
});

test('the words count labels and sounds', () => {
  assert.equal(summaryOf({ labels: ['a', 'b'], total: 18, none: 6 }), '2 labels · 12 of 18 sounds have one');
  assert.equal(listTitle('rain', 240, 100), 'rain: 240 sounds, the best 100 shown');
  assert.equal(listTitle(NONE, 1, 1), 'none of these: 1 sound');
  assert.match(savedWords({ rain: 2, siren: 1 }), /^3 labels saved/);
  assert.match(savedWords(undefined), /^0 labels saved/);
});

test('an idea is cut into names, without thresholds and prompts', () => {
  assert.deepEqual(labelNames('dog, siren @0.7 = a siren wails, '), ['dog', 'siren']);
});
