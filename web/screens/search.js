// Owns the search screen: asks what the box, the filters and the panel say, and shows the hits; without words, all that the
// filters let through. Its state is search/state.js.

import { readHash } from '../address.js';
import { bind } from '../keyboard.js';
import { fill, h, isTouchScreen } from '../parts/dom.js';
import { Filters } from '../parts/filters.js';
import { remember, remembered } from '../parts/memory.js';
import { announce, failure, waiting } from '../parts/say.js';
import { SearchBox } from '../parts/searchbox.js';
import { Selection } from '../parts/selection.js';
import { selectionBar } from '../parts/selectionbar.js';
import { acceptFiles } from '../parts/upload.js';
import { isBrowsing, isEmpty } from '../query.js';
import { isEmptyLibrary, library, roots } from '../session.js';
import { refusalNotice } from './search/answer.js';
import { Browse } from './search/browse.js';
import { BrowsePanel } from './search/panel.js';
import { Place } from './search/place.js';
import { Results } from './search/results.js';
import * as states from './search/state.js';
import { drawTools } from './search/tools.js';
import { emptyWelcome, welcome } from './search/welcome.js';
import { browseWords, readingLines, summaryOf, titleWords } from './search/words.js';

/** The status of an answer that says what is wrong with the question. */
const REFUSED = 422;

/** Draws the screen into `root`; `go(parameters, { replace })` changes the address. */
export function mount(root, frame) {
  return new SearchScreen(root, frame);
}

class SearchScreen {
  constructor(root, { parameters, signal, go, title }) {
    Object.assign(this, { go, title, state: states.searchState(parameters), request: new AbortController() });
    this.actions = this.#rowActions();
    this.box = new SearchBox(this.state.query, {
      onchange: (isFinal) => this.#change(isFinal),
      onsound: (sound) => this.#like(sound),
      ondown: () => this.list.length > 0 && this.list.choose(Math.max(0, this.list.at)),
    });
    this.filters = new Filters(this.state.query, () => this.#change(true));
    this.#makeAnswers(signal);
    this.tools = h('div', { class: 'tools' });
    this.summary = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
    this.answer = h('div', { class: 'answer' });
    this.#fill(root);
    acceptFiles('Drop a sound to find similar ones', (sound) => this.#like(sound), signal);
    signal.addEventListener('abort', () => this.request.abort());
    bind('Search', this.#keys(), signal);
    this.#drawTools();
    this.#run();
    if (isEmpty(this.state.query) && !isBrowsing(this.state.query) && !isTouchScreen()) this.box.input.focus();
  }

  /** The list that is shown. */
  get list() {
    return isBrowsing(this.state.query) ? this.browse.list : this.results.list;
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    this.place.pause();
    this.state = states.searchState(parameters);
    this.box.draw(this.state.query);
    this.filters.draw(this.state.query);
    this.#drawTools();
    this.#run();
  }

  #makeAnswers(signal) {
    this.selection = new Selection();
    this.bar = selectionBar(this.selection, { onlabel: () => this.#run(), signal });
    const common = {
      stateOf: () => this.state,
      actions: this.actions,
      onleave: () => this.box.focus(),
      onplace: () => this.place.keep(),
      selection: this.selection,
      keyOf: (sound) => states.rowKey(sound, this.state.query),
      signal,
    };
    this.results = new Results({
      ...common,
      onset: (values) => this.#set(values),
      onclear: () => this.#clearFilters(),
    });
    this.browse = new Browse({ ...common, onsort: (sort) => this.#setView({ sort }) });
    this.panel = new BrowsePanel({
      queryOf: () => this.state.query,
      onset: (values) => this.#setFilter(values),
      onall: () => this.#browseAll(),
      signal,
    });
    this.place = new Place({ stateOf: () => this.state, listOf: () => this.list, go: this.go, signal });
  }

  #fill(root) {
    fill(
      root,
      h('h1', { class: 'hidden-text' }, 'Search'),
      h('div', { class: 'ask' }, this.box.element, this.tools, this.filters.fields),
      h('div', { class: 'found' }, this.panel.element, h('div', {}, this.summary, this.answer, this.bar)),
    );
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
      { keys: ['b'], words: 'Toggle folders, labels and tags', run: () => this.panel.toggle() },
      { keys: ['v'], words: 'Rows or a table', run: () => this.#setView({ view: states.otherView(this.state) }) },
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
    this.selection.clear();
    this.#drawTools();
    if (isFinal) this.place.keep.now();
    // The first letters are a step of their own, so that back leads to where one began.
    const isFirst = readHash(location.hash).parameters.size === 0;
    this.go(states.beginQuery(this.state), { replace: !isFinal && !isFirst });
    if (isFinal) remember('recent', states.recentWith(remembered('recent', []), query.text));
    this.#run();
  }

  #set(values) {
    Object.assign(this.state.query, values);
    this.#change(true);
  }

  #setFilter(values) {
    Object.assign(this.state.query.filter, values);
    this.filters.draw();
    scrollTo({ top: 0 });
    this.#change(true);
  }

  /** Lists everything, whatever was asked; pressed again, nothing. */
  #browseAll() {
    states.browseAll(this.state);
    scrollTo({ top: 0 });
    this.box.draw();
    this.filters.draw();
    this.#change(true);
  }

  /** Shows lists in another way or order. */
  #setView(values) {
    this.place.keep.now();
    Object.assign(this.state, values);
    scrollTo({ top: 0 });
    this.#change(true);
  }

  #like(sound) {
    states.askLike(this.state, sound);
    this.#changeParts();
  }

  #add(sound, sign) {
    states.addLike(this.state, sound, sign);
    this.#changeParts();
  }

  #changeParts() {
    this.box.draw();
    scrollTo({ top: 0 });
    this.#change(true);
  }

  #clearFilters() {
    states.clearFilters(this.state);
    this.filters.draw();
    this.#change(true);
  }

  #drawTools() {
    this.panel.draw();
    drawTools(this.tools, this.state, {
      panel: this.panel,
      filters: this.filters,
      onset: (values) => this.#set(values),
      onview: (values) => this.#setView(values),
    });
  }

  async #run() {
    this.request.abort();
    this.request = new AbortController();
    states.beginAnswer(this.state);
    this.title(titleWords(this.state.query, roots()));
    const isList = isBrowsing(this.state.query);
    if (isEmptyLibrary() || (isEmpty(this.state.query) && !isList)) {
      this.#showInstead(this.#welcome());
      return;
    }
    if (this.list.length === 0) fill(this.answer, waiting(8, isList ? 'Loading' : 'Searching'));
    this.answer.classList.add('is-stale');
    this.place.pause();
    try {
      await (isList ? this.#showList() : this.#showHits());
      this.place.restore();
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.#showInstead(error.status === REFUSED ? refusalNotice(error) : failure(error, () => this.#run()));
    }
    this.answer.classList.remove('is-stale');
  }

  async #showHits() {
    const showing = this.results.show(this.request.signal, (found) => {
      this.summary.textContent = summaryOf(found, this.state.query);
      announce([...readingLines(found), this.summary.textContent].join('. '));
      this.#attach(this.results.element);
    });
    await showing;
  }

  async #showList() {
    const { total } = await this.browse.show(this.request.signal, () => this.#attach(this.browse.element));
    this.summary.textContent = browseWords(total, this.state, roots());
    announce(this.summary.textContent);
  }

  #attach(element) {
    if (element.parentNode !== this.answer) fill(this.answer, element);
  }

  #welcome() {
    if (isEmptyLibrary()) return emptyWelcome();
    const ask = (text) => {
      this.state.query.text = text;
      this.box.draw();
      this.#change(true);
    };
    return welcome({
      library: library(),
      recent: remembered('recent', []),
      ask,
      onall: () => this.#browseAll(),
    });
  }

  /** Shows something in place of results. */
  #showInstead(element) {
    this.summary.textContent = '';
    this.results.clear();
    this.answer.classList.remove('is-stale');
    fill(this.answer, element);
  }
}
