// Owns the timeline of one sound: its waveform, and below it a track a label that is dark where the label is heard.

import { player } from '../player.js';
import { colour, onTheme } from '../theme.js';
import { fill, h } from './dom.js';
import { many, percent, place, stretch } from './format.js';
import { onFrames } from './playhead.js';
import { Waveform } from './waveform.js';

/** How finely a track is drawn. */
const LANE_CELLS = 1200;

/** The timeline in `found` of `sound`. */
export function timelineView(sound, found, signal) {
  const known = { ...sound, duration_seconds: sound.duration_seconds || found.seconds };
  const tracks = found.tracks.scores.map(({ label, score }) => track(known, found, label, score, signal));
  const head = h('span', { class: 'tracks-head', hidden: true });
  const ruler = h(
    'div',
    { class: 'ruler', 'aria-hidden': 'true' },
    Array.from({ length: 9 }, (_, at) =>
      h(
        'span',
        { class: 'figure', vars: { '--at': at / 8 } },
        place((known.duration_seconds * at) / 8).replace(/\.\d$/, ''),
      ),
    ),
  );
  const area = h(
    'div',
    { class: 'tracks' },
    h(
      'div',
      { class: 'track track-wave' },
      h('span', { class: 'track-name' }, ''),
      new Waveform(known, { points: 1600 }).element,
    ),
    tracks,
    h('div', { class: 'track' }, h('span', { class: 'track-name' }, ''), ruler),
    h('div', { class: 'tracks-over' }, head),
  );
  onFrames(area, () => {
    head.hidden = !player.holds(known);
    if (!head.hidden) head.style.setProperty('--at', player.seconds / known.duration_seconds);
  });
  const events = [...found.events].sort((a, b) => a.start - b.start);
  return fill(
    h('div', { class: 'timeline-view' }),
    area,
    h('h3', {}, events.length > 0 ? many(events.length, 'event') : 'No label is heard in it'),
    h(
      'ol',
      { class: 'events' },
      events.map((event) =>
        h(
          'li',
          {},
          h(
            'button',
            { class: 'moment', onclick: () => player.play(known, { at: event.start, region: event }) },
            h('span', {}, event.label),
            h('span', { class: 'figure' }, stretch(event.start, event.end)),
            h('span', { class: 'figure moment-score' }, percent(event.score)),
          ),
        ),
      ),
    ),
  );
}

function track(sound, found, label, scores, signal) {
  const canvas = h('canvas', { 'aria-hidden': 'true', height: 1, width: LANE_CELLS });
  const draw = () => {
    const pen = canvas.getContext('2d');
    pen.clearRect(0, 0, LANE_CELLS, 1);
    pen.fillStyle = colour('heat-2');
    for (const [at, score] of scores.entries()) {
      const [from, to] = cell(found, at, scores.length).map((seconds) =>
        Math.round((seconds / sound.duration_seconds) * LANE_CELLS),
      );
      pen.globalAlpha = Math.max(0.03, Math.min(1, score)) ** 1.3;
      pen.fillRect(from, 0, Math.max(1, to - from), 1);
    }
  };
  draw();
  onTheme(draw, signal);
  const spans = found.events
    .filter((event) => event.label === label)
    .map(({ start, end }) =>
      h('span', {
        class: 'track-event',
        vars: { '--from': start / sound.duration_seconds, '--to': Math.min(1, end / sound.duration_seconds) },
      }),
    );
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
    spans,
  );
  return h('div', { class: 'track' }, h('span', { class: 'track-name', title: label }, label), lane);
}

/** The stretch that stands for a window: its middle, as long as windows are apart; the outer ones reach to the ends. */
function cell({ tracks: { start, end }, hop, seconds }, at, len) {
  const middle = (start[at] + end[at]) / 2;
  return [at === 0 ? 0 : middle - hop / 2, at === len - 1 ? seconds : middle + hop / 2];
}
