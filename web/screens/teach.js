// Owns the teach screen: words find candidates, thumbs say yes or no, the head learns after each answer, and asks about
// likely sounds and those that it is least sure of. Its state is teach/state.js.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { debounced, fill, h, isTouchScreen } from '../parts/dom.js';
import { many, named } from '../parts/format.js';
import { auditions, SoundList } from '../parts/list.js';
import { announce, emptyLibraryNotice, failure, notice, sayProblem, waiting } from '../parts/say.js';
import { isEmptyLibrary, libraryName } from '../session.js';
import { headForm, sureness, teachBar } from './teach/pieces.js';
import { headSide, headsSide } from './teach/side.js';
import * as states from './teach/state.js';

const LEARN_PAUSE_MS = 250;
const STATUS = {
  words: 'These sounds are closest to the words.',
  head: 'It finds some of these likely and is least sure of the others; your answers here teach it the most.',
};

/** Draws the screen into `root`; `go(parameters)` changes the address. */
export function mount(root, frame) {
  return new TeachScreen(root, frame);
}

class TeachScreen {
  constructor(root, { parameters, signal, go, title }) {
    Object.assign(this, { signal, go, title, state: states.teachState(parameters) });
    this.side = h('aside', { class: 'panel teach-side', 'aria-label': 'What it has learned' });
    this.content = h('div', { class: 'teach-main' });
    this.status = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
    this.actions = this.#rowActions();
    this.list = new SoundList({ label: 'Sounds to judge', signal, keys: this.actions });
    this.learn = debounced(() => this.#learn(), LEARN_PAUSE_MS);
    fill(
      root,
      h(
        'div',
        { class: 'screen-head' },
        h('h1', {}, 'Teach'),
        h('p', {}, 'Start with words, then say yes or no to a few sounds: it learns what you mean in milliseconds.'),
      ),
      h('div', { class: 'teach' }, this.content, this.side),
    );
    bind('Teach', [{ keys: ['u'], words: 'Undo the last answer', run: () => this.#undo() }], signal);
    this.#start();
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    const { name, prompt } = states.teachState(parameters);
    if (name !== this.state.name) this.#switchTo({ name, prompt });
  }

  #rowActions() {
    const thumb = (isYes, rest) => ({
      run: (sound, row) => this.#answer(sound, row, isYes),
      pressed: (sound) => this.state.answers.get(sound.id)?.isYes === isYes,
      ...rest,
    });
    return [
      thumb(true, { icon: 'up', words: 'Yes', key: 'y', class: 'iconic-yes' }),
      thumb(false, { icon: 'down', words: 'No', key: 'n', class: 'iconic-no' }),
    ];
  }

  #start() {
    this.title(this.state.name);
    if (this.state.name && !isEmptyLibrary()) this.#begin();
    else this.#drawForm();
  }

  /** Goes to a head, or with an empty name back to the form. */
  #goTo(head) {
    this.go(states.toParameters({ prompt: '', ...head }));
    this.#switchTo(head);
  }

  #switchTo(head) {
    this.learn.stop();
    states.beginHead(this.state, head);
    this.#start();
  }

  #drawForm() {
    const form = headForm(this.state, (head) => this.#goTo(head));
    fill(this.content, isEmptyLibrary() ? emptyLibraryNotice('Index a folder of sounds, then teach with it.') : form);
    this.#drawHeads();
    if (!isTouchScreen()) form.querySelector('input').focus();
  }

  async #begin() {
    states.takeHeads(this.state, await this.#heads().catch(() => []));
    this.#drawSide();
    await this.#fetchSounds();
  }

  #heads() {
    return api.heads({ library: libraryName() }, this.signal);
  }

  #drawFrame() {
    fill(
      this.content,
      teachBar(this.state, (source) => this.#ask(source)),
      this.status,
      this.list.element,
    );
  }

  #drawSide() {
    fill(this.side, headSide(this.state, { onundo: () => this.#undo(), onleave: () => this.#goTo({ name: '' }) }));
  }

  #ask(source) {
    this.state.source = source;
    return this.#fetchSounds();
  }

  /** Fetches sounds to judge from where the state says. */
  async #fetchSounds() {
    this.#drawFrame();
    this.list.element.replaceWith(waiting(6));
    try {
      const sounds = this.state.source === 'head' ? await this.#suggestions() : await this.#candidates();
      this.#showSounds(states.unanswered(this.state, sounds));
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(
        this.content,
        failure(error, () => this.#fetchSounds()),
      );
    }
  }

  async #candidates() {
    return (await api.search(states.candidatesRequest(this.state, libraryName()), this.signal)).hits;
  }

  async #suggestions() {
    const query = states.suggestionsQuery(libraryName());
    const { suggestions } = await api.suggest(this.state.name, query, this.signal);
    return Promise.all(suggestions.map((each) => this.#complete(each)));
  }

  /** A suggestion with what the list needs of a sound, whatever the answer left out. */
  async #complete(suggestion) {
    if (suggestion.duration_seconds) return named(suggestion);
    const file = await api.file(suggestion.id, { library: libraryName() }, this.signal);
    return named({ ...file, ...suggestion });
  }

  #showSounds(sounds) {
    this.#drawFrame();
    this.list.show(sounds, (sound) => ({ actions: this.actions, why: sureness(sound) }));
    this.status.textContent = sounds.length > 0 ? STATUS[this.state.source] : '';
    if (sounds.length === 0) {
      const body = 'You have answered everything that it asked.';
      this.list.element.replaceWith(notice({ title: 'Nothing left to judge', body }));
    } else if (document.activeElement === document.body || this.content.contains(document.activeElement)) {
      this.list.choose(0);
    }
  }

  #answer(sound, row, isYes) {
    states.answer(this.state, sound, isYes);
    announce(`${isYes ? 'Yes' : 'No'}: ${sound.name}`);
    this.list.remove(row);
    this.list.choose(this.list.at);
    this.#drawSide();
    this.learn();
    if (this.list.current && auditions()) this.list.current.play();
  }

  #undo() {
    const sound = states.takeBack(this.state);
    if (sound === null) return;
    this.list.add([sound], { actions: this.actions });
    this.list.choose(this.list.rows.length - 1);
    this.#drawSide();
    announce(`Undone: ${sound.name}`);
  }

  async #learn() {
    const { name } = this.state;
    const lesson = states.lessonRequest(this.state, libraryName());
    if (lesson !== null) {
      try {
        const facts = await api.teach(name, lesson);
        if (this.state.name !== name) return;
        this.#drawLearned(facts);
      } catch (error) {
        sayProblem(error);
      }
    }
    if (this.list.rows.length === 0) await this.#ask(this.state.facts ? 'head' : 'words');
  }

  #drawLearned(facts) {
    this.state.facts = facts;
    this.#drawSide();
    for (const way of this.content.querySelectorAll('.segments button')) way.disabled = false;
  }

  async #drawHeads() {
    fill(this.side, h('h2', {}, 'Heads'), waiting(1));
    try {
      const heads = isEmptyLibrary() ? [] : await this.#heads();
      const ongo = (name) => this.#goTo({ name });
      fill(this.side, headsSide(heads, { ongo, onchange: () => this.#drawHeads() }));
      if (heads.length > 0) announce(many(heads.length, 'head'));
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(
        this.side,
        failure(error, () => this.#drawHeads()),
      );
    }
  }
}
