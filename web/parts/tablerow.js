// Owns one sound as a row of a table: a line, with a column for each thing that is known of it.

import { h } from './dom.js';
import { bytes, folderOf, shortDuration } from './format.js';
import { keptLabels } from './judgement.js';
import { SoundRow } from './sound.js';
import { roots } from '../session.js';

/** The columns after the name and the waveform: what each is called, what it is sorted by, and what it says of a sound. */
export const COLUMNS = [
  ['folder', 'Folder', 'path', (sound) => folderOf(sound.path ?? '', roots())],
  ['length', 'Length', 'duration', (sound) => shortDuration(sound.duration_seconds ?? 0)],
  ['format', 'Format', 'format', (sound) => (sound.container ?? '').toUpperCase()],
  ['rate', 'Rate', 'rate', ({ rate_hz: rate }) => (rate ? `${Number((rate / 1000).toFixed(2))} kHz` : '')],
  [
    'channels',
    'Channels',
    'channels',
    ({ channels }) => ({ 1: 'mono', 2: 'stereo' })[channels] ?? String(channels ?? ''),
  ],
  ['recorded', 'Recorded', 'recorded', ({ recorded }) => (recorded ?? '').slice(0, 16).replace('T', ' ')],
  ['changed', 'Changed', 'modified', ({ modified }) => (modified ? dayOf(modified) : '')],
  ['size', 'Size', 'size', ({ bytes: size }) => (size ? bytes(size) : '')],
  ['labels', 'Labels', null, (sound) => keptLabels(sound).join(', ')],
];

export class TableRow extends SoundRow {
  build() {
    const { sound } = this;
    const cells = COLUMNS.map(([name, , , words]) => cell(`table-${name}`, words(sound)));
    return h(
      'li',
      { class: 'sound sound-line', role: 'row', data: { id: sound.id ?? '' } },
      h('div', { role: 'cell' }, this.playButton),
      h('div', { class: 'table-name', role: 'cell' }, this.nameCell()),
      h('div', { class: 'table-wave', role: 'cell' }, this.waveform.element),
      cells,
      h('div', { class: 'table-actions', role: 'cell' }, this.actionsCell()),
    );
  }

  setPlace(at) {
    // The first row is the heads of the columns.
    this.element.setAttribute('aria-rowindex', String(at + 2));
  }

  nameCell() {
    const name = h('div', { class: 'sound-name' }, this.titleElement(1));
    this.carry(name);
    return name;
  }
}

function cell(style, words) {
  return h('div', { class: `table-cell figure ${style}`, role: 'cell', title: words }, words);
}

function dayOf(seconds) {
  const day = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
