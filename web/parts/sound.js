// Owns one sound in a list: play, name, waveform, why it is here, and what can be done with it.

import { player } from '../player.js';
import { roots } from '../session.js';
import { copyPaths, makeDraggable, saveLink } from './carry.js';
import { soundDetails } from './details.js';
import { h } from './dom.js';
import { audioFormat, clock, folderOf, shortDuration } from './format.js';
import { icon } from './icons.js';
import { isWeak } from './judgement.js';
import { bestFirst, inOrder, isPart, neighbour, playFrom } from './moments.js';
import { certainty, reasonChips } from './reasons.js';
import { Waveform } from './waveform.js';

const LABELS_SHOWN = 3;

/**
 * A row for `sound`. `actions` are more buttons: [{ icon, words, key, run(sound, row), pressed }]; `why` replaces the
 * reasons of a hit.
 */
export class SoundRow {
  constructor(sound, { actions = [], why = null, canOpen = true } = {}) {
    Object.assign(this, { sound, actions });
    this.moments = bestFirst(sound);
    this.waveform = new Waveform(sound, {
      moments: this.moments.filter((moment) => isPart(moment, sound.duration_seconds)),
      onseek: (at) => this.play(at),
    });
    this.playButton = h(
      'button',
      { class: 'play', 'aria-label': `Play ${sound.name}`, onclick: () => this.toggle() },
      icon('play'),
      icon('pause'),
    );
    this.openButton = canOpen ? this.#openButton() : null;
    this.element = h(
      'li',
      { class: isWeak(sound) ? 'sound is-weak' : 'sound', data: { id: sound.id ?? '' } },
      this.playButton,
      this.#name(),
      this.waveform.element,
      this.#facts(),
      h('div', { class: 'sound-why' }, why ?? [certainty(sound), ...reasonChips(sound)]),
      this.#actions(),
    );
  }

  /** Plays its best event, from a little before the peak on, or from `at`. */
  play(at = playFrom(this.sound), region = null) {
    this.oncurrent?.();
    player.play(this.sound, { at, region: region ?? this.#bestRegion() });
  }

  /** Plays or pauses. */
  toggle() {
    this.oncurrent?.();
    player.toggle(this.sound, { at: playFrom(this.sound), region: this.#bestRegion() });
  }

  /** Jumps to the moment after (1) or before (−1) where the player is. */
  jump(direction) {
    const now = player.holds(this.sound) ? player.seconds : -1;
    const moment = neighbour(inOrder(this.sound), now, direction);
    if (moment) this.play(playFrom(moment), moment);
  }

  /** Plays the moment of that rank, best first. */
  playMoment(rank) {
    const moment = this.moments[rank];
    if (moment) this.play(playFrom(moment), moment);
  }

  /** Opens or closes the details. */
  open() {
    const isOpen = this.openButton.getAttribute('aria-expanded') === 'true';
    this.openButton.setAttribute('aria-expanded', String(!isOpen));
    this.oncurrent?.();
    if (isOpen) this.details.remove();
    else {
      this.details ??= soundDetails(this);
      this.element.append(this.details);
      this.details.scrollIntoView({ block: 'nearest' });
    }
  }

  copyPath() {
    copyPaths(this.sound.path);
  }

  /** Runs the action with that key. */
  run(key) {
    this.actions.find((action) => action.key === key)?.run(this.sound, this);
  }

  /** Says whether the row is the one that keys go to. */
  setCurrent(isCurrent) {
    if (isCurrent) this.element.setAttribute('aria-current', 'true');
    else this.element.removeAttribute('aria-current');
    for (const control of this.element.querySelectorAll('button, a')) control.tabIndex = isCurrent ? 0 : -1;
  }

  /** Shows what the player does. */
  follow() {
    const isPlaying = player.holds(this.sound) && player.isPlaying;
    this.element.classList.toggle('is-playing', isPlaying);
    this.playButton.setAttribute('aria-label', `${isPlaying ? 'Pause' : 'Play'} ${this.sound.name}`);
  }

  /** The part of the sound that was found; null where that is nearly all of it. */
  #bestRegion() {
    const { start, end, duration_seconds: seconds } = this.sound;
    return isPart({ start, end }, seconds) ? { start, end } : null;
  }

  #name() {
    const { sound } = this;
    const labels = [...new Set((sound.labels ?? []).map(({ label }) => label))].slice(0, LABELS_SHOWN);
    const name = h(
      'div',
      { class: 'sound-name' },
      h('span', { class: 'sound-title', title: sound.path ?? '' }, sound.name),
      h(
        'span',
        { class: 'sound-folder' },
        folderOf(sound.path ?? '', roots()) || '\u00a0',
        labels.map((label) => h('span', { class: 'tag' }, label)),
        this.#copies(),
      ),
    );
    if (sound.id) makeDraggable(name, sound);
    name.addEventListener('click', () => this.oncurrent?.());
    return name;
  }

  /** `and 3 copies`, which opens the details where they are listed. */
  #copies() {
    const number = this.sound.copies?.length ?? 0;
    if (number === 0 || !this.openButton) return null;
    const words = number === 1 ? 'and 1 copy' : `and ${number} copies`;
    return h('button', { class: 'link sound-copies', title: 'Show where they are', onclick: () => this.open() }, words);
  }

  #facts() {
    const format = audioFormat(this.sound);
    const region = this.#bestRegion();
    return h(
      'div',
      { class: 'sound-facts figure', title: format },
      h('span', {}, shortDuration(this.sound.duration_seconds ?? 0)),
      region ? h('span', { class: 'sound-place' }, `at ${clock(region.start)}`) : h('span', {}, format.split(' · ')[0]),
      this.sound.channel ? h('span', { class: 'sound-place' }, `channel ${this.sound.channel}`) : null,
    );
  }

  #actions() {
    return h(
      'div',
      { class: 'sound-actions' },
      this.actions.map((action) => this.#actionButton(action)),
      this.sound.path ? this.#copyButton() : null,
      this.sound.id ? saveLink(this.sound) : null,
      this.openButton,
    );
  }

  #actionButton(action) {
    return h(
      'button',
      {
        class: `iconic ${action.class ?? ''}`,
        title: action.key ? `${action.words} (${action.key})` : action.words,
        'aria-label': `${action.words}: ${this.sound.name}`,
        'aria-pressed': action.pressed === undefined ? null : String(action.pressed(this.sound)),
        onclick: () => {
          this.oncurrent?.();
          action.run(this.sound, this);
        },
      },
      icon(action.icon),
    );
  }

  #copyButton() {
    return h(
      'button',
      {
        class: 'iconic',
        title: 'Copy path (c)',
        'aria-label': `Copy path: ${this.sound.name}`,
        onclick: () => this.copyPath(),
      },
      icon('copy'),
    );
  }

  #openButton() {
    return h(
      'button',
      {
        class: 'iconic',
        'aria-expanded': 'false',
        'aria-label': `Details: ${this.sound.name}`,
        title: 'Details and spectrogram (d)',
        onclick: () => this.open(),
      },
      icon('more'),
    );
  }
}
