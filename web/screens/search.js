// Owns the search screen: asks what the box and the filters say, and shows the hits. Its state is search/state.js.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { fill, h, isTouchScreen } from '../parts/dom.js';
import { Filters } from '../parts/filters.js';
import { many } from '../parts/format.js';
import { parted } from '../parts/judgement.js';
import { SoundList } from '../parts/list.js';
import { remember, remembered } from '../parts/memory.js';
import { announce, failure, sayProblem, waiting } from '../parts/say.js';
import { SearchBox } from '../parts/searchbox.js';
import { acceptFiles } from '../parts/upload.js';
import { isEmpty, toParameters } from '../query.js';
import { isEmptyLibrary, library, libraryName } from '../session.js';
import {
  hiddenLine,
  identicalLine,
  moreButton,
  nothingNotice,
  readingNote,
  refusalNotice,
  weakerLine,
} from './search/answer.js';
import {
  addLike,
  addShown,
  askLike,
  beginAnswer,
  clearFilters,
  nextRequest,
  PAGE,
  recentWith,
  searchState,
} from './search/state.js';
import { drawTools } from './search/tools.js';
import { emptyWelcome, welcome } from './search/welcome.js';
import { readingLines, summaryOf } from './search/words.js';

/** The status of an answer that says what is wrong with the question. */
const REFUSED = 422;

/** Draws the screen into `root`; `go(parameters, { replace })` changes the address. */
export function mount(root, frame) {
  return new SearchScreen(root, frame);
}

class SearchScreen {
  constructor(root, { parameters, signal, go }) {
    Object.assign(this, { go, state: searchState(parameters), request: new AbortController() });
    this.actions = this.#rowActions();
    this.box = new SearchBox(this.state.query, {
      onchange: (isFinal) => this.#change(isFinal),
      onsound: (sound) => this.#like(sound),
      ondown: () => this.list.rows.length > 0 && this.list.choose(Math.max(0, this.list.at)),
    });
    this.filters = new Filters(this.state.query, () => this.#change(true));
    this.list = new SoundList({ label: 'Results', signal, keys: this.actions, onleave: () => this.box.focus() });
    this.tools = h('div', { class: 'tools' });
    this.summary = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
    this.answer = h('div', { class: 'answer' });
    fill(
      root,
      h('h1', { class: 'hidden-text' }, 'Search'),
      h('div', { class: 'ask' }, this.box.element, this.tools, this.filters.fields),
      this.summary,
      this.answer,
    );
    acceptFiles('Drop a sound to find similar ones', (sound) => this.#like(sound), signal);
    signal.addEventListener('abort', () => this.request.abort());
    bind('Search', this.#keys(), signal);
    this.#drawTools();
    this.#run();
    if (isEmpty(this.state.query) && !isTouchScreen()) this.box.input.focus();
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    this.state = searchState(parameters);
    this.box.draw(this.state.query);
    this.filters.draw(this.state.query);
    this.#drawTools();
    this.#run();
  }

  #rowActions() {
    return [
      { icon: 'like', words: 'More like this', key: 'm', run: (sound) => this.#like(sound) },
      { icon: 'plus', words: 'Add as wanted', key: '+', run: (sound) => this.#add(sound, 1) },
      {
        icon: 'minus',
        words: 'Add as not wanted',
        key: '-',
        class: 'iconic-no',
        run: (sound) => this.#add(sound, -1),
      },
    ];
  }

  #keys() {
    return [
      { keys: ['/'], words: 'Go to the search box', run: () => this.box.focus() },
      { keys: ['f'], words: 'Toggle filters', run: () => this.filters.toggle() },
      {
        keys: ['w'],
        words: 'Toggle weaker matches',
        run: () => this.#set({ all: !this.state.query.all }),
      },
    ];
  }

  /** The query has changed: while typing, or finally. */
  #change(isFinal) {
    const { query } = this.state;
    this.#drawTools();
    // The first letters are a step of their own, so that back leads to where one began.
    const isFirst = !location.hash.includes('?');
    this.go(toParameters(query), { replace: !isFinal && !isFirst });
    if (isFinal) remember('recent', recentWith(remembered('recent', []), query.text));
    this.#run();
  }

  #set(values) {
    Object.assign(this.state.query, values);
    this.#change(true);
  }

  #like(sound) {
    askLike(this.state, sound);
    this.#changeParts();
  }

  #add(sound, sign) {
    addLike(this.state, sound, sign);
    this.#changeParts();
  }

  #changeParts() {
    this.box.draw();
    scrollTo({ top: 0 });
    this.#change(true);
  }

  #clearFilters() {
    clearFilters(this.state);
    this.filters.draw();
    this.#change(true);
  }

  #drawTools() {
    drawTools(this.tools, this.state.query, this.filters, (values) => this.#set(values));
  }

  async #run() {
    this.request.abort();
    this.request = new AbortController();
    beginAnswer(this.state);
    if (isEmpty(this.state.query) || isEmptyLibrary()) {
      this.#showInstead(this.#welcome());
      return;
    }
    if (this.list.rows.length === 0) fill(this.answer, waiting(8, 'Searching'));
    this.answer.classList.add('is-stale');
    try {
      this.#show(await this.#ask());
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.#showInstead(error.status === REFUSED ? refusalNotice(error) : failure(error, () => this.#run()));
    }
    this.answer.classList.remove('is-stale');
  }

  #ask() {
    return api.search(nextRequest(this.state, libraryName()), this.request.signal);
  }

  #welcome() {
    if (isEmptyLibrary()) return emptyWelcome();
    const ask = (text) => {
      this.state.query.text = text;
      this.box.draw();
      this.#change(true);
    };
    return welcome({ library: library(), recent: remembered('recent', []), ask });
  }

  /** Shows something in place of results. */
  #showInstead(element) {
    this.summary.textContent = '';
    this.list.show([], {});
    this.answer.classList.remove('is-stale');
    fill(this.answer, element);
  }

  #show(found) {
    const { better, weak } = parted(found.hits);
    this.summary.textContent = summaryOf(found, this.state.query);
    announce([...readingLines(found), this.summary.textContent].join('. '));
    this.list.show([], {});
    fill(
      this.answer,
      readingNote(found),
      better.length === 0 ? this.#nothing(found) : null,
      h('h2', { class: 'hidden-text' }, 'Results'),
      identicalLine(found.identical),
      found.hits.length > 0 ? this.list.element : null,
    );
    this.#addHits(found);
    if (weak.length === 0 && found.hidden > 0)
      this.answer.append(hiddenLine(found.hidden, () => this.#set({ all: true })));
    this.#addMore(found.hits);
  }

  #nothing(found) {
    return nothingNotice(found, { onclear: () => this.#clearFilters() });
  }

  /** Adds hits to the list; the first weaker one comes after the line that says so. */
  #addHits({ hits, hidden }) {
    const { better, weak } = parted(hits);
    this.list.add(better, { actions: this.actions });
    if (weak.length > 0 && !this.state.hasWeak) this.list.element.append(this.#weakerLine(hidden));
    this.list.add(weak, { actions: this.actions });
    addShown(this.state, hits, weak.length > 0);
  }

  #weakerLine(hidden) {
    return weakerLine(hidden, this.state.query.all, {
      onshow: () => this.#set({ all: true }),
      onhide: () => this.#set({ all: false }),
    });
  }

  /** Offers more hits if the last page was full. */
  #addMore(hits) {
    if (hits.length < PAGE) return;
    const button = moreButton(async () => {
      try {
        const next = await this.#ask();
        button.remove();
        this.#addHits(next);
        announce(many(next.hits.length, 'more sound'));
        this.#addMore(next.hits);
      } catch (error) {
        sayProblem(error);
      }
    });
    this.answer.append(button);
  }
}
