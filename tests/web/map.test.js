// The map without a page: points, the view, colours, and what is selected.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Ground } from '../../web/map/ground.js';
import { floatsIn, heatOf } from '../../web/map/heat.js';
import { View } from '../../web/map/view.js';
import * as states from '../../web/screens/map/state.js';
import { selectedWords, statusOf } from '../../web/screens/map/words.js';

const stateOf = (address) => states.mapState(new URLSearchParams(address));

/** A square of four points and one in its middle. */
const square = () => new Ground(Float32Array.of(-1, -1, 1, -1, 1, 1, -1, 1, 0, 0));
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test('points of any size are fitted into the square', () => {
  const ground = new Ground(Float32Array.of(100, 100, 300, 200));
  assert.deepEqual([ground.x(0), ground.x(1), ground.y(0), ground.y(1)], [-1, 1, -0.5, 0.5]);
});

test('the nearest point is found within reach, and none beyond', () => {
  assert.equal(square().nearest(0.1, 0.1, 0.5), 4);
  assert.equal(square().nearest(0.9, 0.8, 0.5), 2);
  assert.equal(square().nearest(0.5, 0.5, 0.1), -1);
});

test('the nearest point is the one that a look at all of them finds', () => {
  const places = Float32Array.from({ length: 2000 }, (_, at) => Math.sin(at * 12.9898) * Math.cos(at * 78.233));
  const ground = new Ground(places);
  for (let at = 0; at < 50; at += 1) {
    const [x, y] = [Math.sin(at), Math.cos(at * 3)];
    const far = (point) => Math.hypot(ground.x(point) - x, ground.y(point) - y);
    const all = Array.from({ length: ground.len }, (_, point) => point).filter((point) => far(point) < 0.2);
    const expected = all.reduce((best, point) => (best < 0 || far(point) < far(best) ? point : best), -1);
    assert.equal(ground.nearest(x, y, 0.2), expected);
  }
});

test('an arrow goes on in its direction, and nowhere at the edge', () => {
  assert.equal(square().towards(0, 1, 0), 1);
  assert.equal(square().towards(4, 1, 0), 1, 'one that lies aside, but not too far');
  assert.equal(square().towards(2, 1, 0), -1);
});

test('a lasso holds what lies inside it, also where it is dented', () => {
  const dented = [
    [-2, -2],
    [2, -2],
    [2, 4],
    [0, -0.5],
    [-2, 4],
  ];
  assert.deepEqual(square().inside(dented), [0, 1, 2, 3]);
});

test('pixels and points turn into each other', () => {
  const view = new View();
  view.zoom(3, 100, 50, 800, 600);
  const [x, y] = view.toGround(250, 120, 800, 600);
  const [pixelX, pixelY] = view.toPixels(x, y, 800, 600);
  near(pixelX, 250);
  near(pixelY, 120);
});

test('what is under the pointer stays there when zooming and panning', () => {
  const view = new View();
  const before = view.toGround(100, 50, 800, 600);
  view.zoom(3, 100, 50, 800, 600);
  view.toGround(100, 50, 800, 600).forEach((value, at) => near(value, before[at]));
  view.pan(30, -20, 800, 600);
  view.toGround(130, 30, 800, 600).forEach((value, at) => near(value, before[at]));
});

test('a point at the edge is brought into the middle, one inside stays', () => {
  const view = new View();
  const size = { margin: 20, width: 800, height: 600 };
  view.bringIn(0.5, 0.5, size);
  assert.deepEqual([view.x, view.y], [0, 0]);
  view.bringIn(3, 0, size);
  assert.deepEqual([view.x, view.y], [3, 0]);
});

test('the cooler half has no colour and the best is as warm as can be', () => {
  const heat = heatOf(Float32Array.from({ length: 1000 }, (_, at) => at / 1000));
  assert.equal(heat[0], 0);
  assert.equal(heat[499], 0);
  assert.equal(heat[999], 1);
  assert.ok(heat[700] > 0 && heat[700] < heat[900]);
  assert.deepEqual([...heatOf(Float32Array.of(0.5, 0.5))], [0, 0]);
});

test('floats come as base64', () => {
  const bytes = Buffer.from(Float32Array.of(1.5, -2).buffer).toString('base64');
  assert.deepEqual([...floatsIn(bytes)], [1.5, -2]);
});

test('what is selected is listed best first where the map is coloured', () => {
  const state = states.mapState(new URLSearchParams('q=rain'));
  Object.assign(state, { ids: [10, 11, 12, 13] });
  states.select(state, [3, 1]);
  assert.deepEqual(states.selectedIds(state), [13, 11]);
  state.scores = Float32Array.of(0.1, 0.9, 0.3, 0.2);
  states.select(state, [3, 1]);
  assert.deepEqual(states.selectedIds(state), [11, 13]);
  assert.deepEqual([...states.marksOf(state)], [0, 1, 0, 1]);
  assert.deepEqual(states.bestPoints(state, 2), [1, 2]);
});

test('a label is what was typed, else the words that colour the map', () => {
  const state = states.mapState(new URLSearchParams('q=rain'));
  assert.equal(states.labelFor(state, ' wet '), 'wet');
  assert.equal(states.labelFor(state, ' '), 'rain');
  assert.equal(states.labelFor({ text: '' }, ''), '');
});

test('the words count points and selection', () => {
  const state = { ids: [1, 2], scores: null, text: 'rain', selected: [0] };
  assert.equal(statusOf(state), '2 sounds');
  assert.equal(statusOf({ ...state, scores: Float32Array.of(0, 1) }), '2 sounds, coloured by “rain”');
  assert.equal(selectedWords(state), '1 sound selected');
});

test('what is seen and selected comes back from the address', () => {
  for (const address of ['q=rain&view=0.12_-0.5_3&sel=best', 'sel=277', 'sel=-1_-1_1_-1_0.5_0.25', ''])
    assert.equal(states.toParameters(stateOf(address)).toString(), address);
  assert.equal(stateOf('view=1_x_2&sel=1_2').how, null);
  assert.equal(stateOf('view=1_x_2').view, null);
});

test('a lasso in the address selects what it held, with few corners', () => {
  const circle = Array.from({ length: 500 }, (_, at) => [Math.cos(at / 79.6) * 0.5, Math.sin(at / 79.6) * 0.5]);
  const loop = states.simplified(circle);
  assert.ok(loop.length <= 60);
  const state = { ...stateOf(''), ids: [1, 2, 3, 4, 5], how: loop };
  const again = { ...stateOf(states.toParameters(state).toString()), ids: state.ids };
  assert.deepEqual(states.selectedPoints(again, square()), [4]);
  assert.deepEqual(states.selectedPoints({ ...state, how: 3 }, square()), [2]);
  assert.deepEqual(states.selectedPoints({ ...state, how: 'best', scores: null }, square()), []);
});

test('a view goes back to where it was, or to all', () => {
  const view = new View();
  assert.equal(view.seen, null);
  view.set([0.5, -0.25, 3]);
  assert.deepEqual(view.seen, [0.5, -0.25, 3]);
  view.set(null);
  assert.equal(view.seen, null);
});
