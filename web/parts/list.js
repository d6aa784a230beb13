// Owns a list of sounds: which row is current, how keys move through it, and what plays on the way.

import { bind } from '../keyboard.js';
import { player } from '../player.js';
import { fill, h } from './dom.js';
import { remember, remembered } from './memory.js';
import { announce } from './say.js';
import { SoundRow } from './sound.js';

const STEP_SECONDS = 1;
const FAR_SECONDS = 5;

export class SoundList {
  /**
   * `label` names the list; `signal` ends its keys; `onleave` is called when ↑ leaves the first row, `onplace` when another
   * row is chosen or details are opened or closed. Rows can be selected where there is a `selection`, in which `keyOf(sound)`
   * is what a sound is called.
   */
  constructor({ label, signal, onleave = null, onplace = null, keys = [], selection = null, keyOf = null }) {
    this.rows = [];
    this.at = -1;
    Object.assign(this, { onleave, onplace, selection, keyOf });
    selection?.addEventListener('change', () => this.#drawSelected(), { signal });
    this.element = h('ol', { class: 'sounds', 'aria-label': label });
    this.signal = signal;
    player.addEventListener('change', () => this.rows.forEach((row) => row.follow()), { signal });
    bind('In a list', this.#keys(keys), signal);
  }

  get current() {
    return this.rows[this.at];
  }

  /** How many sounds there are. */
  get length() {
    return this.rows.length;
  }

  /** Puts rows for `sounds` in place of those that are there; the options are those of a row. */
  show(sounds, options) {
    this.rows = [];
    this.at = -1;
    fill(this.element);
    this.add(sounds, options);
  }

  /** Puts rows behind those that are there. */
  add(sounds, options) {
    for (const sound of sounds) {
      const row = new SoundRow(sound, typeof options === 'function' ? options(sound) : options);
      row.oncurrent = () => this.choose(this.rows.indexOf(row), { focus: false });
      row.onopen = () => this.onplace?.();
      this.letSelect(row, () => this.rows.indexOf(row));
      row.setCurrent(false);
      row.follow();
      this.rows.push(row);
      this.element.append(row.element);
    }
    if (this.at < 0 && this.rows.length > 0) this.choose(0, { focus: false });
  }

  /** Takes a row out and goes on to the next one. */
  remove(row) {
    const at = this.rows.indexOf(row);
    if (at < 0) return;
    const hadFocus = row.element.contains(document.activeElement);
    this.rows.splice(at, 1);
    row.element.remove();
    this.at = -1;
    if (this.rows.length > 0) this.choose(Math.min(at, this.rows.length - 1), { focus: hadFocus });
  }

  /** Makes a row the current one. */
  choose(at, { focus = true } = {}) {
    if (at !== this.at) {
      this.current?.setCurrent(false);
      this.at = at;
      this.current?.setCurrent(true);
      this.onplace?.();
    }
    if (focus) this.current?.playButton.focus({ preventScroll: true });
    if (focus) this.current?.element.scrollIntoView({ block: 'nearest' });
  }

  /** The rows that are there. */
  there() {
    return this.rows;
  }

  /** Makes the row of the first sound for which `isMeant` the current one, and brings it into sight if `isShown`. */
  chooseNamed(isMeant, { isShown }) {
    const at = this.there().findIndex(({ sound }) => isMeant(sound));
    if (at < 0) return;
    this.choose(at, { focus: false });
    if (isShown) this.current.element.scrollIntoView({ block: 'center' });
  }

  /** Lets `row`, whose place is `placeOf()`, be selected: by its box, with Ctrl, and with Shift all from the last one on. */
  letSelect(row, placeOf) {
    if (this.selection === null) return;
    const key = this.keyOf(row.sound);
    row.setSelected(this.selection.has(key));
    row.onselect = () => {
      this.selection.anchor = placeOf();
      this.selection.toggle(key, row.sound);
    };
    row.element.addEventListener('click', (event) => {
      if (!(event.ctrlKey || event.metaKey || event.shiftKey) || event.target.closest('button, a, input')) return;
      event.preventDefault();
      if (event.shiftKey) this.selectRange(Math.max(0, this.selection.anchor), placeOf());
      else row.onselect();
    });
    // Dragging over text with Shift would mark it.
    row.element.addEventListener('mousedown', (event) => event.shiftKey && event.preventDefault());
  }

  /** Selects all from one place to another, whichever comes first. */
  selectRange(one, other) {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    const sounds = this.soundsFrom(from, to);
    this.selection.add(sounds.map((sound) => [this.keyOf(sound), sound]));
  }

  /** The sounds from one place to another, both among them, as far as they are there. */
  soundsFrom(from, to) {
    return this.rows.slice(from, to + 1).map(({ sound }) => sound);
  }

  /** Selects the current row and goes on, or with it the one that it goes to. */
  #extend(by) {
    if (this.selection === null || !this.current) return;
    if (!this.selection.has(this.keyOf(this.current.sound))) this.current.onselect();
    this.move(by);
    if (this.current && !this.selection.has(this.keyOf(this.current.sound))) this.current.onselect();
  }

  #drawSelected() {
    for (const row of this.there()) row.setSelected(this.selection.has(this.keyOf(row.sound)));
  }

  /** Moves by rows; plays what it comes to if that is switched on. */
  move(by) {
    if (this.length === 0) return;
    if (this.at + by < 0) {
      this.onleave?.();
      return;
    }
    const isInside = this.element.contains(document.activeElement);
    const next = isInside || by < 0 ? Math.min(this.at + by, this.length - 1) : Math.max(0, this.at);
    this.choose(next);
    if (auditions()) this.current?.play();
  }

  #selectionKeys(row, when) {
    if (this.selection === null) return [];
    return [
      { keys: ['s'], words: 'Select the sound', run: row((current) => current.onselect()), when },
      { keys: ['Shift+ArrowDown'], words: 'Select it and the next', run: () => this.#extend(1), when },
      { keys: ['Shift+ArrowUp'], words: 'Select it and the previous', run: () => this.#extend(-1), when },
    ];
  }

  #keys(more) {
    const row = (task) => () => this.current && task(this.current);
    const when = () => this.element.isConnected && this.length > 0;
    const seek = (by) =>
      row((current) => (player.holds(current.sound) ? player.seek(player.seconds + by) : current.play()));
    return [
      { keys: ['ArrowDown', 'j'], words: 'Next sound', run: () => this.move(1), when },
      { keys: ['ArrowUp', 'k'], words: 'Previous sound', run: () => this.move(-1), when },
      { keys: ['Space'], words: 'Play or pause', run: row((current) => current.toggle()), when },
      { keys: ['ArrowRight'], words: 'Forward 1 second', run: seek(STEP_SECONDS), when },
      { keys: ['ArrowLeft'], words: 'Back 1 second', run: seek(-STEP_SECONDS), when },
      { keys: ['Shift+ArrowRight'], words: 'Forward 5 seconds', run: seek(FAR_SECONDS), when },
      { keys: ['Shift+ArrowLeft'], words: 'Back 5 seconds', run: seek(-FAR_SECONDS), when },
      { keys: [']'], words: 'Next moment', run: row((current) => current.jump(1)), when },
      { keys: ['['], words: 'Previous moment', run: row((current) => current.jump(-1)), when },
      ...Array.from({ length: 9 }, (_, rank) => ({
        keys: [String(rank + 1)],
        shown: ['1', '9'],
        words: rank === 0 ? 'Play a moment, best first' : null,
        run: row((current) => current.playMoment(rank)),
        when,
      })),
      {
        keys: ['d'],
        words: 'Details and spectrogram',
        run: row((current) => current.openButton && current.open()),
        when,
      },
      { keys: ['i'], words: 'Selected part begins here', run: row((current) => current.markPart('start')), when },
      { keys: ['o'], words: 'Selected part ends here', run: row((current) => current.markPart('end')), when },
      { keys: ['e'], words: 'Save the part, or the file', run: row((current) => current.save?.click()), when },
      ...this.#selectionKeys(row, when),
      { keys: ['c'], words: 'Copy path', run: row((current) => current.copyPath()), when },
      { keys: ['a'], words: 'Toggle autoplay', run: toggleAudition, when },
      ...more.map(({ key, words }) => ({ keys: [key], words, run: row((current) => current.run(key)), when })),
    ];
  }
}

/** Whether moving to a sound plays it: autoplay. */
export function auditions() {
  return remembered('audition', true);
}

/** Switches that on or off. */
export function toggleAudition() {
  remember('audition', !auditions());
  announce(auditions() ? 'Autoplay on' : 'Autoplay off');
  document.dispatchEvent(new Event('auricle:audition'));
}
