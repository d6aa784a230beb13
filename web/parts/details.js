// Owns what opens below a sound: the large waveform, the spectrogram, its moments, why it is here, and its facts.

import * as api from '../api.js';
import { libraryName } from '../session.js';
import { copyPaths } from './carry.js';
import { h } from './dom.js';
import { bytes, kind, long, nameOf, stretch } from './format.js';
import { icon } from './icons.js';
import { reasonSentences } from './reasons.js';
import { player } from '../player.js';
import { isOn, onFrames } from './playhead.js';

/** The details of the sound in `row`. */
export function soundDetails(row) {
  const { sound } = row;
  const more = h('dl', { class: 'facts' });
  const details = h(
    'div',
    { class: 'sound-details' },
    sound.id ? spectrogram(row) : null,
    h('div', { class: 'sound-columns' }, h('div', {}, moments(row), why(sound)), h('div', {}, more, same(sound))),
  );
  facts(more, sound, {});
  if (sound.id) {
    api.file(sound.id, { library: libraryName() }).then(
      (known) => facts(more, sound, known),
      () => {},
    );
  }
  return details;
}

function spectrogram(row) {
  const { sound } = row;
  const picture = h('img', {
    class: 'spectrogram-picture',
    alt: `Spectrogram of ${sound.name}`,
    src: api.spectrogramUrl(sound.id, { width: 1200, height: 180, library: libraryName() }),
  });
  const head = h('span', { class: 'playhead', hidden: true });
  const marks = row.moments.map(({ start, end }) =>
    h('span', {
      class: 'spectrogram-mark',
      vars: { '--from': start / sound.duration_seconds, '--to': end / sound.duration_seconds },
    }),
  );
  const box = h('div', { class: 'spectrogram' }, picture, row.moments.length > 0 ? marks : null, head);
  picture.addEventListener('load', () => box.classList.add('is-drawn'));
  picture.addEventListener('error', () =>
    box.replaceChildren(
      h(
        'p',
        { class: 'quiet-words' },
        'There is no spectrogram of this file: it may have been moved since it was indexed.',
      ),
    ),
  );
  box.addEventListener('click', (event) => {
    const area = box.getBoundingClientRect();
    row.play(((event.clientX - area.left) / area.width) * sound.duration_seconds);
  });
  onFrames(box, () => {
    head.hidden = !isOn(sound);
    if (!head.hidden) head.style.setProperty('--at', player.seconds / sound.duration_seconds);
  });
  return box;
}

function moments(row) {
  const parts = row.moments.filter(({ start, end }) => end - start < row.sound.duration_seconds * 0.95);
  if (parts.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Best moments'),
    h(
      'ol',
      { class: 'moments' },
      parts.map((moment, rank) =>
        h(
          'li',
          {},
          h(
            'button',
            {
              class: 'moment',
              onclick: () => row.play(moment.start, moment),
              title: rank < 9 ? `Key ${rank + 1}` : '',
            },
            icon('play'),
            h('span', { class: 'figure' }, stretch(moment.start, moment.end)),
            h('span', { class: 'figure moment-score' }, moment.cosine?.toFixed(2) ?? ''),
          ),
        ),
      ),
    ),
  );
}

function why(sound) {
  const sentences = reasonSentences(sound);
  if (sentences.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Why it is here'),
    sentences.map((sentence) => h('p', {}, sentence)),
  );
}

function facts(list, sound, known) {
  const tags = Object.entries(known.tags ?? sound.tags ?? {});
  const labels = (known.labels ?? sound.labels ?? []).map(({ label, source }) => `${label} (${source})`);
  const entries = [
    ['File', kind(sound)],
    ['Codec', sound.codec],
    ['Length', long(sound.duration_seconds ?? 0)],
    ['Size', known.bytes ? bytes(known.bytes) : null],
    ['Labels', labels.join(', ') || null],
    ...tags.slice(0, 8).map(([name, text]) => [name, String(text)]),
  ].filter(([, text]) => text);
  list.replaceChildren(...entries.map(([name, text]) => h('div', {}, h('dt', {}, name), h('dd', {}, text))));
  if (sound.path)
    list.append(
      h(
        'div',
        {},
        h('dt', {}, 'Path'),
        h('dd', {}, h('button', { class: 'path', title: 'Copy', onclick: () => copyPaths(sound.path) }, sound.path)),
      ),
    );
}

function same(sound) {
  if (!sound.also || sound.also.length === 0) return null;
  return h(
    'section',
    {},
    h(
      'h3',
      {},
      sound.also.length === 1 ? 'The same sound, once more' : `The same sound, ${sound.also.length} more times`,
    ),
    h(
      'ul',
      { class: 'same' },
      sound.also.map(({ path }) =>
        h(
          'li',
          {},
          h(
            'button',
            { class: 'path', title: 'Copy', onclick: () => copyPaths(path) },
            nameOf(path),
            h('small', {}, path),
          ),
        ),
      ),
    ),
  );
}
