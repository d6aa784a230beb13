// Owns one sound in a list: play, name, waveform, why it is here, and what can be done with it.

import { player } from '../player.js';
import { roots } from '../session.js';
import { copyPaths, makeDraggable, saveLink } from './carry.js';
import { soundDetails } from './details.js';
import { h } from './dom.js';
import { brief, folderOf, kind, place } from './format.js';
import { icon } from './icons.js';
import { nearness, reasonChips } from './reasons.js';
import { Waveform } from './waveform.js';

/**
 * A row for `sound`. `actions` are more buttons: [{ icon, words, key, run(sound), pressed }]; `why` replaces the reasons of a hit.
 */
export class SoundRow {
  constructor(sound, { actions = [], why = null, canOpen = true } = {}) {
    this.sound = sound;
    this.actions = actions;
    this.moments = [...(sound.moments ?? [])].sort((a, b) => b.score - a.score);
    this.inOrder = [...this.moments].sort((a, b) => a.start - b.start);
    this.waveform = new Waveform(sound, { moments: this.#marks(), onseek: (at) => this.play(at) });
    this.playButton = h(
      'button',
      { class: 'play', 'aria-label': `Play ${sound.name}`, onclick: () => this.toggle() },
      icon('play'),
      icon('pause'),
    );
    this.openButton = canOpen
      ? h(
          'button',
          {
            class: 'iconic',
            'aria-expanded': 'false',
            'aria-label': `Details of ${sound.name}`,
            title: 'Details and spectrogram (d)',
            onclick: () => this.open(),
          },
          icon('more'),
        )
      : null;
    this.element = h(
      'li',
      { class: 'sound', data: { id: sound.id ?? '' } },
      this.playButton,
      this.#name(),
      this.waveform.element,
      this.#facts(),
      this.#why(why),
      this.#actions(),
    );
    if (sound.standing === 'below cut') this.element.classList.add('is-weak');
  }

  /** Plays from the best place on, or from `at`. */
  play(at = this.sound.start ?? 0, region = null) {
    this.oncurrent?.();
    player.play(this.sound, { at, region: region ?? this.#bestRegion() });
  }

  /** Plays or pauses. */
  toggle() {
    this.oncurrent?.();
    player.toggle(this.sound, { at: this.sound.start ?? 0, region: this.#bestRegion() });
  }

  /** Jumps to the moment after (1) or before (−1) the place that plays. */
  jump(direction) {
    if (this.inOrder.length === 0) return;
    const now = player.holds(this.sound) ? player.seconds : -1;
    const later =
      direction > 0
        ? this.inOrder.find(({ start }) => start > now + 0.05)
        : this.inOrder.findLast(({ start }) => start < now - 0.6);
    const moment = later ?? (direction > 0 ? this.inOrder[0] : this.inOrder.at(-1));
    this.play(moment.start, moment);
  }

  /** Plays the moment of that rank, best first. */
  playMoment(rank) {
    const moment = this.moments[rank];
    if (moment) this.play(moment.start, moment);
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

  /** A moment that is the whole file is no place to jump to. */
  #marks() {
    return this.moments.filter(({ start, end }) => end - start < this.sound.duration_seconds * 0.95);
  }

  #bestRegion() {
    const { start, end, duration_seconds: seconds } = this.sound;
    return end && end - start < seconds * 0.95 ? { start, end } : null;
  }

  #name() {
    const folder = folderOf(this.sound.path ?? '', roots());
    const labels = [...new Set((this.sound.labels ?? []).map(({ label }) => label))].slice(0, 3);
    const name = h(
      'div',
      { class: 'sound-name' },
      h('span', { class: 'sound-title', title: this.sound.path ?? '' }, this.sound.name),
      h(
        'span',
        { class: 'sound-folder' },
        folder || '\u00a0',
        labels.map((label) => h('span', { class: 'tag' }, label)),
      ),
    );
    if (this.sound.id) makeDraggable(name, this.sound);
    name.addEventListener('click', () => this.oncurrent?.());
    return name;
  }

  #facts() {
    const { start, end, duration_seconds: seconds } = this.sound;
    const part =
      end && end - start < seconds * 0.95
        ? h('span', { class: 'sound-place' }, `at ${place(start)}`)
        : h('span', {}, kind(this.sound).split(' · ')[0]);
    return h('div', { class: 'sound-facts figure', title: kind(this.sound) }, h('span', {}, brief(seconds ?? 0)), part);
  }

  #why(why) {
    const chips = why ?? [nearness(this.sound), ...reasonChips(this.sound)];
    return h('div', { class: 'sound-why' }, chips);
  }

  #actions() {
    const buttons = this.actions.map((action) =>
      h(
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
      ),
    );
    const copy = this.sound.path
      ? h(
          'button',
          {
            class: 'iconic',
            title: 'Copy path (c)',
            'aria-label': `Copy the path of ${this.sound.name}`,
            onclick: () => this.copyPath(),
          },
          icon('copy'),
        )
      : null;
    return h(
      'div',
      { class: 'sound-actions' },
      buttons,
      copy,
      this.sound.id ? saveLink(this.sound) : null,
      this.openButton,
    );
  }
}
