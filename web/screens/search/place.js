// Owns where one is in an answer: the row that is chosen, those that are open and how many are shown, in the address and back.

import { debounced } from '../../parts/dom.js';
import { knowsScroll } from '../../scroll.js';
import { placeParameters, rowKey } from './state.js';

/** Browsers take only so many changes of the address in a while. */
const PAUSE_MS = 200;

export class Place {
  /** `stateOf()` gives the state of the screen and `listOf()` its list, `go` changes the address; `signal` ends it. */
  constructor({ stateOf, listOf, go, signal }) {
    Object.assign(this, { stateOf, listOf, go, isKept: true });
    this.keep = debounced(() => this.#keep(), PAUSE_MS);
    signal.addEventListener('abort', () => this.keep.stop());
  }

  /** Keeps nothing while an answer comes: it is not there yet. */
  pause() {
    this.keep.stop();
    this.isKept = false;
  }

  /** Goes to the row that the address names; where nobody was here before, that is brought into sight. */
  restore() {
    const state = this.stateOf();
    const list = this.listOf();
    if (state.at) list.chooseNamed((sound) => rowKey(sound, state.query) === state.at, { isShown: !knowsScroll() });
    for (const row of list.there())
      if (state.open.includes(rowKey(row.sound, state.query)) && !row.isOpen) row.open({ isQuiet: true });
    this.isKept = true;
  }

  #keep() {
    const list = this.listOf();
    if (!this.isKept || list.length === 0) return;
    const state = this.stateOf();
    const key = ({ sound }) => rowKey(sound, state.query);
    if (list.current || list.at <= 0) state.at = list.at > 0 ? key(list.current) : null;
    state.open = list
      .there()
      .filter((row) => row.isOpen)
      .map(key);
    this.go(placeParameters(state), { replace: true });
  }
}
