// Owns the timeline of one sound: its waveform, and below it a track for each label, dark where the label is heard.

import { player } from '../player.js';
import { colour, onTheme } from '../theme.js';
import { fill, h } from './dom.js';
import { many, percent, span, wholeClock } from './format.js';
import { onFrames } from './playhead.js';
import { Waveform } from './waveform.js';

/** How finely a track is drawn. */
const LANE_CELLS = 1200;
const RULER_STEPS = 8;
const FAINTEST = 0.03;

/** The timeline in `found` of `sound`. */
export function timelineView(sound, found, signal) {
  const known = { ...sound, duration_seconds: sound.duration_seconds || found.seconds };
  return fill(h('div', { class: 'timeline-view' }), tracksArea(known, found, signal), eventsPart(known, found.events));
}

function tracksArea(sound, found, signal) {
  const head = h('span', { class: 'tracks-head', hidden: true });
  const area = h(
    'div',
    { class: 'tracks' },
    unnamedTrack(new Waveform(sound, { points: 1600 }).element, 'track track-wave'),
    found.tracks.scores.map(({ label, score }) => track(sound, found, { label, scores: score }, signal)),
    unnamedTrack(ruler(sound.duration_seconds)),
    h('div', { class: 'tracks-over' }, head),
  );
  onFrames(area, () => {
    head.hidden = !player.holds(sound);
    if (!head.hidden) head.style.setProperty('--at', player.seconds / sound.duration_seconds);
  });
  return area;
}

function unnamedTrack(content, style = 'track') {
  return h('div', { class: style }, h('span', { class: 'track-name' }, ''), content);
}

function ruler(seconds) {
  const marks = Array.from({ length: RULER_STEPS + 1 }, (_, at) => at / RULER_STEPS);
  return h(
    'div',
    { class: 'ruler', 'aria-hidden': 'true' },
    marks.map((at) => h('span', { class: 'figure', vars: { '--at': at } }, wholeClock(seconds * at))),
  );
}

function eventsPart(sound, events) {
  const ordered = [...events].sort((a, b) => a.start - b.start);
  return [
    h('h3', {}, ordered.length > 0 ? many(ordered.length, 'event') : 'None of the labels was found'),
    h(
      'ol',
      { class: 'events' },
      ordered.map((event) => h('li', {}, eventButton(sound, event))),
    ),
  ];
}

function eventButton(sound, event) {
  return h(
    'button',
    { class: 'moment', onclick: () => player.play(sound, { at: event.start, region: event }) },
    h('span', {}, event.label),
    h('span', { class: 'figure' }, span(event.start, event.end)),
    h('span', { class: 'figure moment-score' }, percent(event.score)),
  );
}

function track(sound, found, { label, scores }, signal) {
  const canvas = h('canvas', { 'aria-hidden': 'true', height: 1, width: LANE_CELLS });
  const draw = () => drawScores(canvas, found, scores, sound.duration_seconds);
  draw();
  onTheme(draw, signal);
  const events = found.events.filter((event) => event.label === label);
  const lane = h(
    'div',
    {
      class: 'lane',
      onclick: (event) => {
        const box = lane.getBoundingClientRect();
        player.play(sound, { at: ((event.clientX - box.left) / box.width) * sound.duration_seconds });
      },
    },
    canvas,
    events.map((event) => eventMark(event, sound.duration_seconds)),
  );
  return h('div', { class: 'track' }, h('span', { class: 'track-name', title: label }, label), lane);
}

function eventMark({ start, end }, seconds) {
  return h('span', {
    class: 'track-event',
    vars: { '--from': start / seconds, '--to': Math.min(1, end / seconds) },
  });
}

function drawScores(canvas, found, scores, seconds) {
  const pen = canvas.getContext('2d');
  pen.clearRect(0, 0, LANE_CELLS, 1);
  pen.fillStyle = colour('heat-2');
  for (const [at, score] of scores.entries()) {
    const [from, to] = cell(found, at, scores.length).map((edge) => Math.round((edge / seconds) * LANE_CELLS));
    pen.globalAlpha = Math.max(FAINTEST, Math.min(1, score)) ** 1.3;
    pen.fillRect(from, 0, Math.max(1, to - from), 1);
  }
}

/** The span that stands for a window: its middle, as long as windows are apart; the outer ones reach to the ends. */
function cell({ tracks: { start, end }, hop, seconds }, at, len) {
  const middle = (start[at] + end[at]) / 2;
  return [at === 0 ? 0 : middle - hop / 2, at === len - 1 ? seconds : middle + hop / 2];
}
