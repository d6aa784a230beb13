// Owns the label screen: labels are typed, the library falls into them, and one sound's timeline shows where they are
// heard. Its state is label/state.js.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { Buckets } from '../parts/buckets.js';
import { fill, h, isTouchScreen } from '../parts/dom.js';
import { many, named } from '../parts/format.js';
import { LabelBox } from '../parts/labelbox.js';
import { SoundList } from '../parts/list.js';
import { announce, emptyLibraryNotice, failure, say, sayProblem, waiting } from '../parts/say.js';
import { acceptFiles } from '../parts/upload.js';
import { isEmptyLibrary, libraryName } from '../session.js';
import { LabelOptions } from './label/options.js';
import { labelIdeas, labelList, presenceChips } from './label/pieces.js';
import * as states from './label/state.js';
import { TimelinePanel } from './label/timeline.js';
import { listTitle, savedWords, summaryOf } from './label/words.js';

/** Draws the screen into `root`; `go(parameters, { replace })` changes the address. */
export function mount(root, frame) {
  return new LabelScreen(root, frame);
}

class LabelScreen {
  constructor(root, { parameters, signal, go, title }) {
    Object.assign(this, { signal, go, title, state: states.labelState(parameters), request: new AbortController() });
    this.box = new LabelBox(this.state.labels, (labels, isFinal) => this.#ask({ labels }, isFinal));
    this.options = new LabelOptions({
      onmulti: (multi) => this.#ask({ multi }),
      onthreshold: (threshold) => this.#ask({ threshold }, false),
      onlist: (list) => this.#ask({ list }),
      onsave: () => this.#save(),
    });
    this.summary = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
    this.answer = h('div', { class: 'answer' });
    this.buckets = new Buckets({
      onselect: (sound) => this.#select(sound),
      onopen: (label) => {
        this.#open(label);
        this.go(states.toParameters(this.state));
      },
      signal,
    });
    this.list = new SoundList({ label: 'Sounds with this label', signal });
    this.timeline = new TimelinePanel({
      onask: () => this.#drawTimeline(),
      onsound: (sound) => this.#showTimeline(sound),
      ondetail: (detail) => this.#setDetail(detail),
      signal,
    });
    this.timeline.detail = this.state.detail;
    this.kept = new Map();
    this.#draw(root);
    acceptFiles('Drop a sound to see its timeline', (sound) => this.#showTimeline(sound), signal);
    signal.addEventListener('abort', () => this.request.abort());
    bind('Label', this.#keys(), signal);
    this.#loadHeads();
    this.#run();
    this.#restoreSound();
    if (!isTouchScreen() && this.state.labels.length === 0) this.box.input.focus();
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    states.readAddress(this.state, parameters);
    this.box.set(this.state.labels);
    this.options.draw(this.state);
    this.#run();
    this.#restoreSound();
  }

  /** Chooses the sound that the address names, and shows its timeline if that was shown. */
  async #restoreSound() {
    const { state } = this;
    if (state.id === null || state.selected?.id === state.id) return;
    try {
      const sound = named(await api.file(state.id, { library: libraryName() }, this.signal));
      if (sound.id !== state.id) return;
      state.selected = sound;
      this.timeline.drawHint(sound);
      if (state.hasTimeline) await this.#drawTimeline();
    } catch (error) {
      sayProblem(error);
    }
  }

  #keepPlace() {
    this.go(states.toParameters(this.state), { replace: true });
  }

  #draw(root) {
    fill(
      root,
      h(
        'div',
        { class: 'screen-head' },
        h('h1', {}, 'Label'),
        h('p', {}, 'Type any labels; each sound goes to the one that fits, or to none.'),
      ),
      this.box.element,
      this.options.element,
      this.summary,
      this.answer,
      this.timeline.element,
    );
    this.options.draw(this.state);
    this.timeline.drawHint(null);
  }

  #keys() {
    return [
      { keys: ['/'], words: 'Go to the labels', run: () => this.box.input.focus() },
      {
        keys: ['t'],
        words: 'Timeline of the selected sound',
        run: () => this.#drawTimeline(),
        when: () => this.state.selected !== null,
      },
    ];
  }

  async #loadHeads() {
    if (isEmptyLibrary()) return;
    try {
      this.options.heads = await api.heads({ library: libraryName() }, this.signal);
      this.options.draw(this.state);
    } catch {
      // Without the heads the built-in lists are offered alone.
    }
  }

  /** Takes what was typed or chosen into the state, writes the address and asks anew. */
  #ask({ labels, list, multi, threshold }, isFinal = true) {
    const { state } = this;
    if (labels !== undefined) states.askLabels(state, labels);
    if (list !== undefined) {
      states.askList(state, list);
      this.box.set([]);
    }
    state.multi = multi ?? state.multi;
    state.threshold = threshold ?? state.threshold;
    // The slider is in use while the threshold changes, so it stays as it is.
    if (threshold === undefined) this.options.draw(state);
    this.go(states.toParameters(state), { replace: !isFinal });
    this.#run();
  }

  async #run() {
    this.request.abort();
    this.request = new AbortController();
    this.title(states.askedWords(this.state));
    if (isEmptyLibrary() || !states.hasLabels(this.state)) {
      this.#showIdeas();
      return;
    }
    if (this.state.found === null) fill(this.answer, waiting(5, 'Labelling'));
    try {
      const found = await api.label(states.bestRequest(this.state, libraryName()), this.request.signal);
      states.keepFound(this.state, found);
      this.#show();
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.state.found = null;
      fill(
        this.answer,
        failure(error, () => this.#run()),
      );
    }
    this.options.save.disabled = this.state.found === null;
  }

  #showIdeas() {
    this.state.found = null;
    this.options.save.disabled = true;
    this.summary.textContent = '';
    fill(
      this.answer,
      isEmptyLibrary() ? emptyLibraryNotice('Index a folder of sounds, then label it.') : this.#ideas(),
    );
  }

  #ideas() {
    return labelIdeas((labels) => {
      this.box.set(labels);
      this.#ask({ labels });
    });
  }

  #show() {
    const { state } = this;
    this.summary.textContent = summaryOf(state.found);
    announce(this.summary.textContent);
    if (this.buckets.element.parentNode !== this.answer) fill(this.answer, this.buckets.element);
    this.buckets.show(states.shownFound(state));
    if (state.open !== null) this.#open(state.open);
    else this.answer.querySelector('.bucket-list')?.remove();
  }

  /** Shows the sounds of one label as a list. */
  #open(label) {
    this.state.open = label;
    const { sounds, number } = states.openedSounds(this.state);
    this.list.show(sounds, (sound) => ({ why: presenceChips(sound), actions: [this.#timelineAction()] }));
    const panel = labelList(listTitle(label, number, sounds.length), this.list.element, () => {
      this.state.open = null;
      panel.remove();
      this.#keepPlace();
    });
    this.answer.querySelector('.bucket-list')?.remove();
    this.answer.append(panel);
  }

  #timelineAction() {
    return { icon: 'events', words: 'Timeline', key: 't', run: (sound) => this.#showTimeline(sound) };
  }

  #select(sound) {
    states.select(this.state, sound);
    this.timeline.drawHint(sound);
    this.#keepPlace();
  }

  #showTimeline(sound) {
    states.select(this.state, sound);
    this.#drawTimeline();
  }

  async #drawTimeline() {
    if (!states.hasLabels(this.state)) {
      this.timeline.drawHint(this.state.selected);
      say('Type a label first');
      return;
    }
    const { selected } = this.state;
    this.state.hasTimeline = true;
    this.#keepPlace();
    this.timeline.detail = this.state.detail;
    const found = await this.timeline.draw(selected, this.#timelineOf());
    if (found) announce(`Timeline of ${selected.name}: ${many(found.events.length, 'event')}`);
  }

  /** Where the timeline of the selected sound comes from; one that was heard is kept while the screen is open. */
  #timelineOf() {
    const request = states.timelineRequest(this.state, libraryName());
    const stored = states.storedRequest(this.state, libraryName());
    const name = JSON.stringify(request);
    return {
      stored: () => (stored && !this.kept.has(name) ? api.timeline(stored, this.signal) : null),
      whole: async (signal) => {
        if (!this.kept.has(name)) this.kept.set(name, await api.timeline(request, signal));
        return this.kept.get(name);
      },
    };
  }

  #setDetail(detail) {
    this.state.detail = detail;
    this.#keepPlace();
    if (this.state.selected && this.state.hasTimeline) this.#drawTimeline();
  }

  async #save() {
    this.options.save.disabled = true;
    try {
      const saved = await api.label(states.saveRequest(this.state, libraryName()));
      say(savedWords(saved.counts));
    } catch (error) {
      sayProblem(error);
    }
    this.options.save.disabled = false;
  }
}
