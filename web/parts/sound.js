// Owns one sound in a list: play, name, waveform, why it is here, and what can be done with it.

import { player } from '../player.js';
import { roots } from '../session.js';
import { copyPaths, makeDraggable, saveLink } from './carry.js';
import { soundDetails } from './details.js';
import { h } from './dom.js';
import { fitName } from './fitname.js';
import { audioFormat, clock, folderOf, shortDuration, span } from './format.js';
import { icon } from './icons.js';
import { isWeak, keptLabels } from './judgement.js';
import { bestFirst, inOrder, isPart, neighbour, playFrom } from './moments.js';
import { certainty, reasonChips } from './reasons.js';
import { announce } from './say.js';
import { Waveform } from './waveform.js';

const LABELS_SHOWN = 3;
const TITLE_LINES = 2;

/**
 * A row for `sound`. `actions` are more buttons: [{ icon, words, key, run(sound, row), pressed }]; `why` replaces the
 * reasons of a hit; `canSelect` adds a box for a selection of several.
 */
export class SoundRow {
  constructor(sound, { actions = [], why = null, canOpen = true, canSelect = false } = {}) {
    Object.assign(this, { sound, actions, selected: null });
    this.check = canSelect ? this.#checkBox() : null;
    this.save = sound.id ? saveLink(sound, () => this.region()) : null;
    this.moments = bestFirst(sound);
    this.waveform = new Waveform(sound, {
      moments: this.moments.filter((moment) => isPart(moment, sound.duration_seconds)),
      onseek: (at) => this.play(at),
      onselect: (region) => this.selectPart(region),
    });
    this.playButton = h(
      'button',
      { class: 'play', 'aria-label': `Play ${sound.name}`, onclick: () => this.toggle() },
      icon('play'),
      icon('pause'),
    );
    this.openButton = canOpen ? this.#openButton() : null;
    this.element = this.build(why ?? [certainty(sound), ...reasonChips(sound)]);
  }

  /** The element with all that is shown of the sound; `why` says why it is here. */
  build(why) {
    return h(
      'li',
      { class: isWeak(this.sound) ? 'sound is-weak' : 'sound', data: { id: this.sound.id ?? '' } },
      this.playButton,
      this.nameCell(),
      this.waveform.element,
      this.#facts(),
      h('div', { class: 'sound-why' }, why),
      this.actionsCell(),
    );
  }

  /** Says which row of how many it is, where not all of them are there. */
  setPlace(at, total) {
    this.element.setAttribute('aria-posinset', String(at + 1));
    this.element.setAttribute('aria-setsize', String(total));
  }

  /** Plays its best event, from a little before the peak on, or from `at`. */
  play(at = playFrom(this.sound), region = null) {
    this.oncurrent?.();
    player.play(this.sound, { at, region: region ?? this.region() });
  }

  /** The part that is selected, or else the one that was found; null where that is all of the sound. */
  region() {
    return this.selected ?? this.#bestRegion();
  }

  /** Selects a part, which is then played, saved and dragged away; null selects none. */
  selectPart(region) {
    if (region === null && this.selected === null) return;
    this.selected = region;
    this.waveform.select(region);
    this.save?.aim();
    if (region === null) return;
    announce(`Selected ${span(region.start, region.end)}`);
    this.oncurrent?.();
    player.play(this.sound, { at: region.start, until: region.end, region });
  }

  /** Puts the beginning or the end of the selected part where the player is. */
  markPart(which) {
    if (!player.holds(this.sound)) return;
    const whole = { start: 0, end: this.sound.duration_seconds };
    const region = { ...(this.selected ?? whole), [which]: player.seconds };
    if (region.start >= region.end) Object.assign(region, which === 'start' ? { end: whole.end } : { start: 0 });
    this.selected = region;
    this.waveform.select(region);
    this.save?.aim();
    announce(`Selected ${span(region.start, region.end)}`);
  }

  /** Plays or pauses. */
  toggle() {
    this.oncurrent?.();
    player.toggle(this.sound, { at: playFrom(this.sound), region: this.region() });
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

  /** Whether the details are open. */
  get isOpen() {
    return this.openButton?.getAttribute('aria-expanded') === 'true';
  }

  /** Opens or closes the details; `isQuiet` leaves the page and the chosen row where they are. */
  open({ isQuiet = false } = {}) {
    const { isOpen } = this;
    this.openButton.setAttribute('aria-expanded', String(!isOpen));
    if (!isQuiet) this.oncurrent?.();
    if (isOpen) this.details.remove();
    else {
      this.details ??= soundDetails(this);
      this.element.append(this.details);
      if (!isQuiet) this.details.scrollIntoView({ block: 'nearest' });
    }
    this.onopen?.();
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
    for (const control of this.element.querySelectorAll('button, a, .row-check')) control.tabIndex = isCurrent ? 0 : -1;
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

  /** The name and the folder, which can be dragged away. */
  nameCell() {
    const { sound } = this;
    const labels = keptLabels(sound).slice(0, LABELS_SHOWN);
    const name = h(
      'div',
      { class: 'sound-name' },
      this.titleElement(TITLE_LINES),
      h(
        'span',
        { class: 'sound-folder' },
        folderOf(sound.path ?? '', roots()) || '\u00a0',
        labels.map((label) => h('span', { class: 'tag' }, label)),
        this.#copies(),
      ),
    );
    this.carry(name);
    return name;
  }

  /** Lets `element` be dragged away as the sound, and chosen. */
  carry(element) {
    if (this.sound.id) makeDraggable(element, this.sound, () => this.region());
    element.addEventListener('click', () => this.oncurrent?.());
  }

  /** The name, on so many lines. */
  titleElement(lines) {
    const title = h('span', { class: 'sound-title', title: this.sound.path ?? '' });
    fitName(title, this.sound.name, lines);
    return title;
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
      this.#length(),
      region ? h('span', { class: 'sound-place' }, `at ${clock(region.start)}`) : h('span', {}, format.split(' · ')[0]),
      this.sound.channel ? h('span', { class: 'sound-place' }, `channel ${this.sound.channel}`) : null,
    );
  }

  /** How long it is; where the list does not say, the waveform does once it has come. */
  #length() {
    const length = h('span', {}, this.sound.duration_seconds ? shortDuration(this.sound.duration_seconds) : '…');
    this.waveform.onknown = () => {
      length.textContent = shortDuration(this.sound.duration_seconds ?? 0);
    };
    return length;
  }

  actionsCell() {
    return h(
      'div',
      { class: 'sound-actions' },
      this.check,
      this.actions.map((action) => this.#actionButton(action)),
      this.sound.path ? this.#copyButton() : null,
      this.save,
      this.openButton,
    );
  }

  #checkBox() {
    return h('input', {
      type: 'checkbox',
      class: 'row-check',
      title: 'Select (s)',
      'aria-label': `Select ${this.sound.name}`,
      onchange: () => this.onselect?.(),
    });
  }

  /** Says whether it is among those that are selected. */
  setSelected(isSelected) {
    if (this.check) this.check.checked = isSelected;
    this.element.classList.toggle('is-selected', isSelected);
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
