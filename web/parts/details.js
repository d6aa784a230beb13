// Owns what opens below a sound: the spectrogram, its moments, why it matched, and its facts.

import * as api from '../api.js';
import { player } from '../player.js';
import { libraryName } from '../session.js';
import { copyPaths, saveLink } from './carry.js';
import { h } from './dom.js';
import { audioFormat, bytes, clock, duration, nameOf, percent, span } from './format.js';
import { icon } from './icons.js';
import { keptLabels, reasonSentences } from './judgement.js';
import { isPart, playFrom } from './moments.js';
import { onFrames } from './playhead.js';

const TAGS_SHOWN = 8;
/** Moments that have a key of their own. */
const KEYS = 9;

/** The details of the sound in `row`. */
export function soundDetails(row) {
  const { sound } = row;
  const facts = h('dl', { class: 'facts' });
  drawFacts(facts, sound, {});
  if (sound.id) {
    const known = api.file(sound.id, { library: libraryName() });
    // Without an answer the facts of the hit itself stay.
    known.then((file) => drawFacts(facts, sound, file)).catch(() => {});
  }
  return h(
    'div',
    // A row of a table holds cells alone.
    { class: 'sound-details', role: row.element.getAttribute('role') === 'row' ? 'cell' : null },
    sound.id ? spectrogram(row) : null,
    h(
      'div',
      { class: 'sound-columns' },
      h('div', {}, moments(row), cues(row), why(sound)),
      h('div', {}, facts, wholeFile(row), copies(sound)),
    ),
  );
}

function spectrogram(row) {
  const { sound } = row;
  const picture = h('img', {
    class: 'spectrogram-picture',
    alt: `Spectrogram of ${sound.name}`,
    src: api.spectrogramUrl(sound.id, { width: 1200, height: 180, library: libraryName() }),
  });
  const head = h('span', { class: 'playhead', hidden: true });
  const box = h('div', { class: 'spectrogram' }, picture, spectrogramMarks(row), head);
  picture.addEventListener('load', () => box.classList.add('is-drawn'));
  picture.addEventListener('error', () => box.replaceChildren(noSpectrogram()));
  box.addEventListener('click', (event) => {
    const area = box.getBoundingClientRect();
    row.play(((event.clientX - area.left) / area.width) * sound.duration_seconds);
  });
  onFrames(box, () => {
    head.hidden = !player.holds(sound);
    if (!head.hidden) head.style.setProperty('--at', player.seconds / sound.duration_seconds);
  });
  return box;
}

function spectrogramMarks({ sound, moments: marked }) {
  return marked.map(({ start, end }) =>
    h('span', {
      class: 'spectrogram-mark',
      vars: { '--from': start / sound.duration_seconds, '--to': end / sound.duration_seconds },
    }),
  );
}

function noSpectrogram() {
  return h(
    'p',
    { class: 'quiet-words' },
    'There is no spectrogram: the file may have been moved since it was indexed.',
  );
}

function moments(row) {
  const parts = row.moments.filter((moment) => isPart(moment, row.sound.duration_seconds));
  if (parts.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Best moments'),
    h(
      'ol',
      { class: 'moments' },
      parts.map((moment, rank) =>
        h('li', { class: 'moment-row' }, momentButton(row, moment, rank), momentLink(row, moment)),
      ),
    ),
  );
}

/** Saves the moment alone. */
function momentLink({ sound }, moment) {
  return sound.id ? saveLink(sound, () => moment) : null;
}

function momentButton(row, moment, rank) {
  return h(
    'button',
    {
      class: 'moment',
      onclick: () => row.play(playFrom(moment), moment),
      title: rank < KEYS ? `Press ${rank + 1} to play it` : '',
    },
    icon('play'),
    h('span', { class: 'figure' }, span(moment.start, moment.end)),
    moment.channel ? h('span', { class: 'figure' }, `channel ${moment.channel}`) : null,
    h('span', { class: 'figure moment-score' }, percent(moment.score)),
  );
}

/** The places that the file names with words that were found. */
function cues(row) {
  const places = row.sound.cues ?? [];
  if (places.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Marked in the file'),
    h(
      'ol',
      { class: 'moments' },
      places.map((place) => h('li', {}, cueButton(row, place))),
    ),
  );
}

function cueButton(row, { start, end, words }) {
  return h(
    'button',
    { class: 'moment', onclick: () => row.play(start, end ? { start, end } : null) },
    icon('play'),
    h('span', { class: 'figure' }, end ? span(start, end) : clock(start)),
    h('span', {}, words),
  );
}

function why(sound) {
  const sentences = reasonSentences(sound);
  if (sentences.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Why it matched'),
    sentences.map((sentence) => h('p', {}, sentence)),
  );
}

function drawFacts(list, sound, known) {
  const tags = Object.entries(known.tags ?? sound.tags ?? {});
  const labels = (known.labels ?? []).map(({ label, source }) => `${label} (${source})`);
  const entries = [
    ['File', audioFormat(sound)],
    ['Codec', sound.codec],
    ['Length', duration(sound.duration_seconds ?? 0)],
    ['Recorded', (known.recorded ?? sound.recorded)?.replace('T', ' ')],
    ['Size', known.bytes ? bytes(known.bytes) : null],
    ['Labels', labels.join(', ') || keptLabels(sound).join(', ')],
    ...tags.slice(0, TAGS_SHOWN).map(([name, text]) => [name, String(text)]),
    ['Path', sound.path ? pathButton(sound.path, sound.path) : null],
  ].filter(([, fact]) => fact);
  list.replaceChildren(...entries.map(([name, fact]) => h('div', {}, h('dt', {}, name), h('dd', {}, fact))));
}

/** The file itself, where the row's own link saves a part of it. */
function wholeFile({ sound }) {
  if (!sound.id) return null;
  const link = saveLink(sound);
  link.className = 'button';
  link.append('Save the whole file');
  return h('p', {}, link);
}

function copies(sound) {
  const others = sound.copies ?? sound.also ?? [];
  if (others.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, others.length === 1 ? 'Another copy' : `${others.length} other copies`),
    h(
      'ul',
      { class: 'same' },
      others.map(({ path }) => h('li', {}, pathButton(path, nameOf(path), h('small', {}, path)))),
    ),
  );
}

function pathButton(path, ...words) {
  return h('button', { class: 'path', title: 'Copy path', onclick: () => copyPaths(path) }, words);
}
