// Owns the duplicates screen: what is there more than once, side by side. It deletes nothing and never will. Its state is
// duplicates/state.js.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { fill, h, refill } from '../parts/dom.js';
import { many } from '../parts/format.js';
import { remember, remembered } from '../parts/memory.js';
import { announce, failure, notice, waiting } from '../parts/say.js';
import { player } from '../player.js';
import { isEmptyLibrary, libraryName } from '../session.js';
import { groupCard } from './duplicates/card.js';
import * as states from './duplicates/state.js';
import { emptyWords, KINDS, statusOf } from './duplicates/words.js';

const MOST_GROUPS = 1000;

/** Draws the screen into `root`; `go(parameters)` changes the address. */
export function mount(root, frame) {
  return new DuplicatesScreen(root, frame);
}

class DuplicatesScreen {
  constructor(root, { parameters, signal, go, title }) {
    Object.assign(this, { signal, go, title, state: states.duplicatesState(parameters, remembered('reviewed', [])) });
    this.tabs = h('div', { class: 'tools' });
    this.status = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
    this.answer = h('div', { class: 'duplicates' });
    fill(
      root,
      h(
        'div',
        { class: 'screen-head' },
        h('h1', {}, 'Duplicates'),
        h('p', {}, 'Compare them and decide what to keep: auricle never deletes a file.'),
      ),
      this.tabs,
      this.status,
      this.answer,
    );
    bind('Duplicates', this.#keys(), signal);
    player.addEventListener('change', () => this.#follow(), { signal });
    this.#begin();
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    Object.assign(this.state, states.shownIn(parameters));
    this.#draw();
  }

  #keys() {
    const review = () => document.activeElement.closest('.pair')?.querySelector('.pair-review').click();
    return [
      {
        keys: ['x'],
        words: 'Play the other one from the same position',
        run: () => this.#swap(),
        when: () => player.sound !== null,
      },
      { keys: ['r'], words: 'Set the group aside', run: review },
    ];
  }

  async #begin() {
    fill(this.answer, waiting(4, 'Comparing'));
    try {
      const query = { library: libraryName(), limit: MOST_GROUPS };
      const found = isEmptyLibrary() ? { groups: [] } : await api.duplicates(query, this.signal);
      states.takeGroups(this.state, found.groups);
      this.#draw();
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(
        this.answer,
        failure(error, () => this.#begin()),
      );
    }
  }

  #draw() {
    const groups = states.openGroups(this.state, this.state.kind);
    this.status.textContent = statusOf(groups);
    this.title(this.state.kind);
    announce(this.status.textContent);
    this.#drawTabs();
    if (groups.length === 0) {
      fill(this.answer, notice(emptyWords(this.state.groups.length, states.openGroups(this.state).length)));
      return;
    }
    fill(
      this.answer,
      groups.slice(0, this.state.shown).map((group) => groupCard(group, () => this.#setAside(group))),
      groups.length > this.state.shown ? this.#moreButton() : null,
    );
    this.#follow();
  }

  #drawTabs() {
    refill(
      this.tabs,
      this.#tab('', 'All'),
      KINDS.map(([kind, words]) => this.#tab(kind, words)),
      this.#backButton(),
    );
  }

  #tab(kind, words) {
    const show = () => {
      states.showKind(this.state, kind);
      this.go(states.toParameters(this.state));
      this.#draw();
    };
    return h(
      'button',
      { type: 'button', class: 'pill', 'aria-pressed': String(this.state.kind === kind), onclick: show },
      words,
      h('span', { class: 'count' }, String(states.openGroups(this.state, kind).length)),
    );
  }

  #backButton() {
    const number = states.asideCount(this.state);
    if (number === 0) return null;
    const bringBack = () => {
      states.bringBack(this.state);
      this.#remember();
    };
    return h('button', { class: 'link', onclick: bringBack }, `Bring back ${many(number, 'group')} set aside`);
  }

  #moreButton() {
    const more = () => {
      states.showMore(this.state);
      this.go(states.toParameters(this.state), { replace: true });
      this.#draw();
    };
    return h('button', { class: 'button more', onclick: more }, 'More');
  }

  #setAside(group) {
    states.setAside(this.state, group);
    this.#remember();
  }

  #remember() {
    remember('reviewed', [...this.state.aside]);
    this.#draw();
  }

  /** Plays the next file of the group from exactly where this one is. */
  #swap() {
    const all = [...this.answer.querySelectorAll('.pair-file')];
    const playing = all.find(({ sound }) => player.holds(sound));
    if (!playing) return;
    const group = [...playing.closest('.pair').querySelectorAll('.pair-file')];
    const next = group[(group.indexOf(playing) + 1) % group.length];
    player.play(next.sound, { at: player.seconds });
    next.querySelector('.play').focus();
  }

  #follow() {
    for (const each of this.answer.querySelectorAll('.pair-file'))
      each.classList.toggle('is-playing', player.holds(each.sound) && player.isPlaying);
  }
}
