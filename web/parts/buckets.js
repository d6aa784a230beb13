// Owns the buckets of the label screen: a column a label, with the sounds that fell into it as tiles.

import { player } from '../player.js';
import { h, isStill } from './dom.js';
import { count, percent } from './format.js';
import { icon } from './icons.js';
import { Waveform } from './waveform.js';

const SHOWN = 24;
const FALL_MS = 320;

/** What has none of the labels falls into the bucket of this name. */
export const NONE = '\u0000none';

export class Buckets {
  /** `onchoose(sound)` is called when a tile is played or chosen, `onopen(label)` when a bucket's name is pressed. */
  constructor({ onchoose, onopen, signal }) {
    Object.assign(this, { onchoose, onopen, tiles: new Map() });
    this.element = h('div', {
      class: 'buckets',
      role: 'group',
      'aria-label': 'Labels and their sounds',
      onkeydown: (event) => this.#onKey(event),
    });
    player.addEventListener('change', () => this.#follow(), { signal });
  }

  /** Shows `results` under `labels`; tiles that are there already move to where they belong now. */
  show({ labels, results, counts, none, total }) {
    const before = new Map([...this.tiles].map(([id, tile]) => [id, tile.getBoundingClientRect()]));
    const groups = new Map(labels.map((label) => [label, []]));
    groups.set(NONE, []);
    for (const sound of results)
      for (const label of sound.found.length > 0 ? sound.found : [NONE]) groups.get(label)?.push(sound);
    const shown = new Map();
    this.element.replaceChildren(
      ...[...groups].map(([label, sounds]) =>
        this.#bucket(label, sounds, label === NONE ? none : (counts?.[label] ?? sounds.length), total, shown),
      ),
    );
    this.tiles = shown;
    if (!isStill()) this.#fall(before);
  }

  #bucket(label, sounds, number, total, shown) {
    const score = (sound) => sound.labels.find((each) => each.label === label)?.score ?? 0;
    const ordered = label === NONE ? sounds : [...sounds].sort((a, b) => score(b) - score(a));
    const tiles = ordered
      .slice(0, SHOWN)
      .map((sound) => this.#tile(sound, label === NONE ? null : score(sound), shown));
    const name = label === NONE ? 'none of these' : label;
    return h(
      'section',
      { class: label === NONE ? 'bucket bucket-none' : 'bucket', data: { label } },
      h('h2', {}, h('button', { class: 'bucket-name', title: 'As a list', onclick: () => this.onopen(label) }, name)),
      h(
        'p',
        { class: 'bucket-count' },
        h('span', { class: 'bucket-number' }, count(number)),
        h('span', { class: 'quiet-words' }, total > 0 ? percent(number / total) : ''),
      ),
      h('span', { class: 'bucket-bar', vars: { '--share': total > 0 ? number / total : 0 } }),
      h('div', { class: 'tiles' }, tiles),
      number > SHOWN
        ? h('button', { class: 'link', onclick: () => this.onopen(label) }, `${count(number - SHOWN)} more`)
        : null,
    );
  }

  #tile(sound, score, shown) {
    const seconds = score === null ? '' : `, ${percent(score)}`;
    const tile = h(
      'button',
      {
        class: 'tile',
        data: { id: sound.id },
        'aria-label': `${sound.name}${seconds}`,
        title: `${sound.path}${seconds}`,
        onclick: () => {
          this.onchoose(sound);
          player.toggle(sound);
        },
      },
      new Waveform(sound, { points: 96, onseek: () => {} }).element,
      h('span', { class: 'tile-name' }, icon('play'), sound.name),
      score === null ? null : h('span', { class: 'tile-score', vars: { '--share': score } }),
    );
    tile.sound = sound;
    if (!shown.has(sound.id)) shown.set(sound.id, tile);
    return tile;
  }

  /** From where a tile was it falls to where it is. */
  #fall(before) {
    for (const [id, tile] of this.tiles) {
      const to = tile.getBoundingClientRect();
      const from = before.get(id);
      if (to.top > innerHeight || (from && Math.abs(from.top - to.top) + Math.abs(from.left - to.left) < 2)) continue;
      const start = from ? `translate(${from.left - to.left}px, ${from.top - to.top}px)` : 'translateY(-28px)';
      tile.animate(
        [
          { transform: start, opacity: from ? 1 : 0 },
          { transform: 'none', opacity: 1 },
        ],
        { duration: FALL_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' },
      );
    }
  }

  #onKey(event) {
    const tiles = [...this.element.querySelectorAll('.tile')];
    const at = tiles.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const next = tiles[Math.max(0, Math.min(tiles.length - 1, at + by))];
    next.focus();
    this.onchoose(next.sound);
  }

  #follow() {
    for (const tile of this.element.querySelectorAll('.tile'))
      tile.classList.toggle('is-playing', player.holds(tile.sound) && player.isPlaying);
  }
}
