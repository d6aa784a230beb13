// Owns the map screen: the library as points, coloured by words, played by hovering, and selected to be labelled. Its
// state is map/state.js.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { MapCanvas } from '../map/canvas.js';
import { Ground } from '../map/ground.js';
import { floatsIn, heatOf } from '../map/heat.js';
import { debounced, fill, h } from '../parts/dom.js';
import { folderOf, many } from '../parts/format.js';
import { SoundList } from '../parts/list.js';
import { announce, failure, notice, say, sayProblem, waiting } from '../parts/say.js';
import { player } from '../player.js';
import { isEmptyLibrary, libraryName, roots } from '../session.js';
import { onTheme } from '../theme.js';
import { MapBar, playsOnHover } from './map/bar.js';
import { drawSelection, selectionPanel } from './map/selection.js';
import { MapSounds } from './map/sounds.js';
import * as states from './map/state.js';
import { selectedWords } from './map/words.js';

const HOVER_MS = 90;
const VIEW_PAUSE_MS = 300;
/** What the tip needs beside and below the point. */
const TIP_WIDTH = 240;
const TIP_HEIGHT = 100;

/** Draws the screen into `root`; `go(parameters, { replace })` changes the address. */
export function mount(root, frame) {
  return new MapScreen(root, frame);
}

class MapScreen {
  constructor(root, { parameters, signal, go, title }) {
    Object.assign(this, { signal, go, title, canvas: null, state: states.mapState(parameters) });
    this.sounds = new MapSounds(signal);
    this.bar = new MapBar(this.state.text, {
      onwords: (text) => this.#colourBy(text),
      onmode: (mode) => this.#setMode(mode),
      onbest: () => this.#selectHow('best'),
    });
    this.tip = h('div', { class: 'map-tip', hidden: true });
    this.stage = h('div', { class: 'map-stage' });
    this.side = selectionPanel();
    this.list = new SoundList({ label: 'Selected sounds', signal });
    this.showTip = debounced((at) => this.#showTip(at), HOVER_MS);
    this.keepView = debounced(() => this.#keepView(), VIEW_PAUSE_MS);
    signal.addEventListener('abort', () => this.keepView.stop());
    fill(root, h('h1', { class: 'hidden-text' }, 'Map'), this.stage, this.bar.element, this.side);
    bind('Map', this.#keys(), signal);
    this.title(this.state.text);
    this.bar.drawMode('move');
    this.#begin();
  }

  /** The address has changed: back, forward or a link. */
  update(parameters) {
    const { ids } = this.state;
    this.state = { ...states.mapState(parameters), ids };
    this.title(this.state.text);
    this.bar.input.value = this.state.text;
    if (this.canvas === null) return;
    this.canvas.view.set(this.state.view);
    this.canvas.draw();
    this.#colour();
  }

  #keys() {
    return [
      { keys: ['/'], words: 'Go to the words', run: () => this.bar.input.focus() },
      { keys: ['h'], words: 'Toggle play on hover', run: () => this.bar.toggleHover() },
      {
        keys: ['v'],
        words: 'Toggle the lasso',
        run: () => this.#setMode(this.canvas?.mode === 'lasso' ? 'move' : 'lasso'),
      },
    ];
  }

  async #begin() {
    fill(this.stage, waitingNotice());
    try {
      const answer = isEmptyLibrary() ? { ids: [] } : await api.map({ library: libraryName() }, this.signal);
      this.state.ids = answer.ids;
      if (answer.ids.length === 0) fill(this.stage, emptyNotice());
      else this.#draw(floatsIn(answer.points));
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(
        this.stage,
        failure(error, () => this.#begin()),
      );
    }
  }

  #draw(places) {
    this.canvas = new MapCanvas({
      onpoint: (at) => this.#point(at),
      onpick: (at, isChoice) => this.#pick(at, isChoice),
      onlasso: (loop) => this.#selectHow(states.simplified(loop)),
      onview: () => this.keepView(),
    });
    this.canvas.view.set(this.state.view);
    fill(this.stage, this.canvas.element, this.tip);
    this.canvas.show(new Ground(places));
    onTheme(() => this.canvas.draw(), this.signal);
    this.#setMode('move');
    this.bar.draw(this.state);
    this.#colour();
  }

  #keepView() {
    this.state.view = this.canvas.view.seen;
    this.go(states.toParameters(this.state), { replace: true });
  }

  #setMode(mode) {
    this.canvas?.setMode(mode);
    this.bar.drawMode(mode);
  }

  #colourBy(text) {
    this.state.text = text;
    this.title(text);
    this.go(states.toParameters(this.state), { replace: true });
    if (this.canvas) this.#colour();
  }

  /** Colours the map by the words of the state and selects what it says; without words it has no colour. */
  async #colour() {
    const { state } = this;
    const { text } = state;
    try {
      const scores = text ? await this.#scores(text) : null;
      if (state.text !== text) return;
      state.scores = scores;
      this.canvas.points.setHeat(scores === null ? new Float32Array(state.ids.length) : heatOf(scores));
      this.canvas.draw();
      this.bar.draw(state);
      await this.#select(states.selectedPoints(state, this.canvas.ground));
    } catch (error) {
      sayProblem(error);
    }
  }

  async #scores(text) {
    const answer = await api.mapScores({ library: libraryName(), text }, this.signal);
    return floatsIn(answer.scores);
  }

  #soundAt(at) {
    return this.sounds.find(this.state.ids[at]);
  }

  #point(at) {
    this.tip.hidden = true;
    this.showTip(at);
  }

  /** Says what is at a point, and plays it if that is on. */
  async #showTip(at) {
    if (at < 0) return;
    try {
      const sound = await this.#soundAt(at);
      if (this.canvas.at !== at) return;
      this.#drawTip(sound, at);
      announce(sound.name);
      if (playsOnHover()) player.play(sound);
    } catch (error) {
      sayProblem(error);
    }
  }

  #drawTip(sound, at) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const { scores } = this.state;
    const { ground, view } = this.canvas;
    const [x, y] = view.toPixels(ground.x(at), ground.y(at), width, height);
    fill(
      this.tip,
      h('strong', {}, sound.name),
      h('span', {}, folderOf(sound.path, roots())),
      scores ? h('span', { class: 'figure' }, `cosine ${scores[at].toFixed(2)}`) : null,
    );
    this.tip.hidden = false;
    this.tip.style.setProperty('--x', `${Math.min(Math.max(8, x), width - TIP_WIDTH)}px`);
    this.tip.style.setProperty('--y', `${Math.min(y, height - TIP_HEIGHT)}px`);
  }

  /** Plays the sound at a point, and selects it if `isChoice`; away from all points it clears the selection. */
  async #pick(at, isChoice = true) {
    if (at < 0) {
      this.#selectHow(null);
      return;
    }
    try {
      player.toggle(await this.#soundAt(at));
      if (isChoice) this.#selectHow(this.state.ids[at]);
    } catch (error) {
      sayProblem(error);
    }
  }

  /** Selects as `how` says, and keeps that in the address as a step of its own. */
  #selectHow(how) {
    this.state.how = how;
    this.go(states.toParameters(this.state));
    return this.#select(states.selectedPoints(this.state, this.canvas.ground));
  }

  async #select(points) {
    const { state } = this;
    states.select(state, points);
    this.canvas.points.setMarks(states.marksOf(state));
    this.canvas.draw();
    this.list.show([], {});
    drawSelection(this.side, state, this.list.element, {
      onlabel: (typed) => this.#label(typed),
      onclear: () => this.#selectHow(null),
    });
    if (points.length === 0) return;
    announce(selectedWords(state));
    await this.#listSelected();
  }

  async #listSelected() {
    const { selected } = this.state;
    try {
      const sounds = await Promise.all(selected.slice(0, states.LISTED).map((at) => this.#soundAt(at)));
      if (this.state.selected === selected) this.list.show(sounds, { why: [], canOpen: false });
    } catch (error) {
      sayProblem(error);
    }
  }

  async #label(typed) {
    const label = states.labelFor(this.state, typed);
    if (!label) {
      say('Type a label first');
      return;
    }
    try {
      const ids = states.selectedIds(this.state);
      await api.setLabel({ library: libraryName(), label, ids, add: true });
      say(`${many(ids.length, 'sound')} labelled “${label}”`);
      this.sounds.forget();
    } catch (error) {
      sayProblem(error);
    }
  }
}

function waitingNotice() {
  return h(
    'div',
    { class: 'map-wait' },
    waiting(1, 'Laying out the map'),
    h('p', { class: 'quiet-words' }, 'Laying out the map. The first time takes a while.'),
  );
}

function emptyNotice() {
  return notice({
    title: 'Nothing to map yet',
    body: 'Index a folder of sounds, and the map will place similar sounds side by side.',
    actions: [h('a', { class: 'button', href: '#/library' }, 'Go to the library')],
  });
}
