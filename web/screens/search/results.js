// Owns the answer to a search: its hits in a list, page by page, with what is said around them.

import * as api from '../../api.js';
import { fill, h } from '../../parts/dom.js';
import { many } from '../../parts/format.js';
import { parted } from '../../parts/judgement.js';
import { SoundList } from '../../parts/list.js';
import { announce, sayProblem } from '../../parts/say.js';
import { libraryName } from '../../session.js';
import { hiddenLine, identicalLine, moreButton, nothingNotice, readingNote, weakerLine } from './answer.js';
import { addShown, nextRequest, PAGE, wantsMore } from './state.js';

export class Results {
  /**
   * `stateOf()` gives the state of the screen; `onset(values)` changes the query, `onclear()` takes its filters off, and
   * `onplace()` is told of another row. The rest are options of a list.
   */
  constructor({ stateOf, actions, onset, onclear, onplace, ...options }) {
    Object.assign(this, { stateOf, actions, onset, onclear, onplace });
    this.list = new SoundList({ label: 'Results', keys: actions, onplace, ...options });
    this.element = h('div', {});
  }

  /**
   * Shows the first page of what is asked, and as many more as the address says; `onfirst(found)` gets the first.
   * Fails as requests do.
   */
  async show(signal, onfirst) {
    this.signal = signal;
    const found = await this.#ask();
    onfirst(found);
    this.#show(found);
    let last = found;
    while (wantsMore(this.stateOf(), last.hits.length)) last = await this.#nextPage();
  }

  /** Shows nothing. */
  clear() {
    this.list.show([], {});
  }

  #ask() {
    return api.search(nextRequest(this.stateOf(), libraryName()), this.signal);
  }

  #show(found) {
    const { better, weak } = parted(found.hits);
    this.clear();
    fill(
      this.element,
      readingNote(found),
      better.length === 0 ? nothingNotice(found, { onclear: this.onclear }) : null,
      h('h2', { class: 'hidden-text' }, 'Results'),
      identicalLine(found.identical),
      found.hits.length > 0 ? this.list.element : null,
    );
    this.#addHits(found);
    if (weak.length === 0 && found.hidden > 0)
      this.element.append(hiddenLine(found.hidden, () => this.onset({ all: true })));
    this.#addMore(found.hits);
  }

  /** Adds hits to the list; the first weaker one comes after the line that says so. */
  #addHits({ hits, hidden }) {
    const state = this.stateOf();
    const { better, weak } = parted(hits);
    const options = { actions: this.actions, canSelect: true };
    this.list.add(better, options);
    if (weak.length > 0 && !state.hasWeak) this.list.element.append(this.#weakerLine(hidden, state.query.all));
    this.list.add(weak, options);
    addShown(state, hits, weak.length > 0);
  }

  #weakerLine(hidden, isAll) {
    return weakerLine(hidden, isAll, {
      onshow: () => this.onset({ all: true }),
      onhide: () => this.onset({ all: false }),
    });
  }

  /** Offers more hits if the last page was full. */
  #addMore(hits) {
    if (hits.length < PAGE) return;
    const button = moreButton(async () => {
      try {
        const next = await this.#nextPage();
        announce(many(next.hits.length, 'more sound'));
        this.onplace();
      } catch (error) {
        sayProblem(error);
      }
    });
    this.element.append(button);
  }

  async #nextPage() {
    const next = await this.#ask();
    this.element.querySelector('.more')?.remove();
    this.#addHits(next);
    this.#addMore(next.hits);
    return next;
  }
}
