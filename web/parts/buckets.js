// Owns the buckets of the label screen: a column for each label, with the sounds that fell into it as tiles.

import { player } from '../player.js';
import { bucketName, bucketsOf, NONE, presenceOf } from './bucketing.js';
import { h, prefersStill } from './dom.js';
import { count, percent } from './format.js';
import { icon } from './icons.js';
import { Waveform } from './waveform.js';

const SHOWN = 24;
const FALL_MS = 320;
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class Buckets {
  /** `onselect(sound)` is called when a tile is pressed or walked to, `onopen(label)` when a bucket's name is pressed. */
  constructor({ onselect, onopen, signal }) {
    Object.assign(this, { onselect, onopen, tiles: new Map() });
    this.element = h('div', {
      class: 'buckets',
      role: 'group',
      'aria-label': 'Labels and their sounds',
      onkeydown: (event) => this.#onKey(event),
    });
    player.addEventListener('change', () => this.#follow(), { signal });
  }

  /** Shows what the server `found`; tiles that are there already move to where they belong now. */
  show(found) {
    const before = new Map([...this.tiles].map(([id, tile]) => [id, tile.getBoundingClientRect()]));
    this.tiles = new Map();
    this.element.replaceChildren(...bucketsOf(found).map((bucket) => this.#bucket(bucket)));
    if (!prefersStill()) this.#fall(before);
  }

  #bucket({ label, sounds, number, share }) {
    const open = () => this.onopen(label);
    return h(
      'section',
      { class: label === NONE ? 'bucket bucket-none' : 'bucket', data: { label } },
      h('h2', {}, h('button', { class: 'bucket-name', title: 'Show as a list', onclick: open }, bucketName(label))),
      h(
        'p',
        { class: 'bucket-count' },
        h('span', { class: 'bucket-number' }, count(number)),
        h('span', { class: 'quiet-words' }, share === null ? '' : percent(share)),
      ),
      h('span', { class: 'bucket-bar', vars: { '--share': share ?? 0 } }),
      h(
        'div',
        { class: 'tiles' },
        sounds.slice(0, SHOWN).map((sound) => this.#tile(sound, presenceOf(sound, label))),
      ),
      number > SHOWN ? h('button', { class: 'link', onclick: open }, `${count(number - SHOWN)} more`) : null,
    );
  }

  #tile(sound, presence) {
    const fit = presence === null ? '' : `, ${percent(presence)}`;
    const tile = h(
      'button',
      {
        class: 'tile',
        data: { id: sound.id },
        'aria-label': `${sound.name}${fit}`,
        title: `${sound.path}${fit}`,
        onclick: () => {
          this.onselect(sound);
          player.toggle(sound);
        },
      },
      new Waveform(sound, { points: 96, onseek: () => {} }).element,
      h('span', { class: 'tile-name' }, icon('play'), sound.name),
      presence === null ? null : h('span', { class: 'tile-score', vars: { '--share': presence } }),
    );
    tile.sound = sound;
    if (!this.tiles.has(sound.id)) this.tiles.set(sound.id, tile);
    return tile;
  }

  /** Lets tiles fall from where they were to where they are. */
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
    const by = STEPS[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const next = tiles[Math.max(0, Math.min(tiles.length - 1, at + by))];
    next.focus();
    this.onselect(next.sound);
  }

  #follow() {
    for (const tile of this.element.querySelectorAll('.tile'))
      tile.classList.toggle('is-playing', player.holds(tile.sound) && player.isPlaying);
  }
}
