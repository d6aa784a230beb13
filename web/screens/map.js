// Owns the map screen: the library as points, coloured by a prompt, played by hovering, and looped to be labelled.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { Ground } from '../map/ground.js';
import { MapCanvas } from '../map/canvas.js';
import { calm, fill, h } from '../parts/dom.js';
import { count, folderOf, many, nameOf } from '../parts/format.js';
import { icon } from '../parts/icons.js';
import { SoundList } from '../parts/list.js';
import { remember, remembered } from '../parts/memory.js';
import { announce, failure, notice, say, sayProblem, waiting } from '../parts/say.js';
import { player } from '../player.js';
import { isEmptyLibrary, libraryName, roots } from '../session.js';
import { onTheme } from '../theme.js';

const TYPING_PAUSE_MS = 250;
const HOVER_MS = 90;
const LISTED = 60;
const BEST = 50;
/** The coolest share of the points has no colour, so that what is warm stands out. */
const COOL_SHARE = 0.5;

export const title = 'Map';

/** Draws the screen into `root`. */
export function mount(root, { parameters, signal, go }) {
  let ids = [];
  let scores = null;
  let chosen = [];
  let canvas;
  const known = new Map();
  const prompt = h('input', {
    type: 'search',
    class: 'field map-prompt',
    placeholder: 'Colour by words: rain, laughter …',
    value: parameters.get('q') ?? '',
    'aria-label': 'Colour the map by words',
    oninput: () => later(),
  });
  const later = calm(colourBy, TYPING_PAUSE_MS);
  const status = h('p', { class: 'quiet-words', role: 'status', 'aria-live': 'polite' });
  const tip = h('div', { class: 'map-tip', hidden: true });
  const stage = h('div', { class: 'map-stage' });
  const side = h('aside', { class: 'map-side', 'aria-label': 'Chosen sounds', hidden: true });
  const list = new SoundList({ label: 'Chosen sounds', signal });
  const modes = h('div', { class: 'segments', role: 'group', 'aria-label': 'What dragging does' });
  const hover = h(
    'button',
    { type: 'button', class: 'pill', title: 'Play what the pointer is over (h)', onclick: toggleHover },
    'Play on hover',
  );
  const best = h(
    'button',
    { type: 'button', class: 'pill', disabled: true, onclick: chooseBest },
    `Choose the best ${BEST}`,
  );
  fill(
    root,
    h('h1', { class: 'hidden-text' }, 'Map'),
    stage,
    h(
      'div',
      { class: 'map-bar' },
      prompt,
      h(
        'div',
        { class: 'map-legend', 'aria-hidden': 'true' },
        h('span', {}, 'far'),
        h('span', { class: 'map-ramp' }),
        h('span', {}, 'near'),
      ),
      h('div', { class: 'map-tools' }, modes, hover, best),
      status,
    ),
    side,
  );
  bind(
    'Map',
    [
      { keys: ['/'], words: 'To the words', run: () => prompt.focus() },
      { keys: ['h'], words: 'Play on hover, or not', run: toggleHover },
      { keys: ['v'], words: 'Lasso, or move', run: () => setMode(canvas?.mode === 'lasso' ? 'move' : 'lasso') },
    ],
    signal,
  );
  prompt.addEventListener('keydown', (event) => event.key === 'Enter' && later.now());
  hover.setAttribute('aria-pressed', String(remembered('hover', true)));
  begin();

  async function begin() {
    fill(
      stage,
      h(
        'div',
        { class: 'map-wait' },
        waiting(1, 'Laying out the map'),
        h('p', { class: 'quiet-words' }, 'Laying out the map; the first time takes a while.'),
      ),
    );
    try {
      const answer = isEmptyLibrary() ? { ids: [] } : await api.map({ library: libraryName() }, signal);
      ids = answer.ids;
      if (ids.length === 0) {
        fill(
          stage,
          notice({
            title: 'Nothing to map yet',
            body: 'Index a folder of sounds; the map lays out what sounds alike side by side.',
            actions: [h('a', { class: 'button', href: '#/library' }, 'To the library')],
          }),
        );
        return;
      }
      draw(floats(answer.points));
    } catch (error) {
      if (error.name !== 'AbortError') fill(stage, failure(error, begin));
    }
  }

  function draw(places) {
    canvas = new MapCanvas({ onpoint: point, onpick: pick, onlasso: choose });
    fill(stage, canvas.element, tip);
    canvas.show(new Ground(places));
    onTheme(() => canvas.draw(), signal);
    setMode('move');
    status.textContent = many(ids.length, 'sound');
    if (prompt.value) colourBy();
  }

  function setMode(mode) {
    canvas?.setMode(mode);
    const ways = [
      ['move', 'Move', 'move'],
      ['lasso', 'Lasso', 'lasso'],
    ];
    fill(
      modes,
      ways.map(([name, words, drawing]) =>
        h(
          'button',
          {
            type: 'button',
            'aria-pressed': String(mode === name),
            title: name === 'lasso' ? 'Loop sounds to label them (v, or drag with Shift)' : '',
            onclick: () => setMode(name),
          },
          icon(drawing),
          words,
        ),
      ),
    );
  }

  function toggleHover() {
    remember('hover', !remembered('hover', true));
    hover.setAttribute('aria-pressed', String(remembered('hover', true)));
  }

  async function colourBy() {
    const text = prompt.value.trim();
    go(new URLSearchParams(text ? { q: text } : {}), { replace: true });
    if (!canvas) return;
    if (!text) {
      scores = null;
      best.disabled = true;
      status.textContent = many(ids.length, 'sound');
      canvas.points.setHeat(new Float32Array(ids.length));
      canvas.draw();
      return;
    }
    try {
      const answer = await api.mapScores({ library: libraryName(), text }, signal);
      scores = floats(answer.scores);
      if (prompt.value.trim() !== text) return;
      canvas.points.setHeat(heatOf(scores));
      canvas.draw();
      best.disabled = false;
      status.textContent = `${many(ids.length, 'sound')}, coloured by “${text}”`;
    } catch (error) {
      sayProblem(error);
    }
  }

  /** What is at a point; known sounds are not asked for again. */
  function soundAt(at) {
    const id = ids[at];
    if (!known.has(id)) {
      known.set(
        id,
        api
          .file(id, { library: libraryName() }, signal)
          .then((file) => ({ ...file, id, name: file.name ?? nameOf(file.path), moments: [] }))
          .catch((error) => {
            known.delete(id);
            throw error;
          }),
      );
    }
    return known.get(id);
  }

  const showTip = calm(async (at) => {
    if (at < 0) return;
    try {
      const sound = await soundAt(at);
      if (canvas.at !== at) return;
      const [x, y] = canvas.view.toPixels(
        canvas.ground.x(at),
        canvas.ground.y(at),
        stage.clientWidth,
        stage.clientHeight,
      );
      fill(
        tip,
        h('strong', {}, sound.name),
        h('span', {}, folderOf(sound.path, roots())),
        scores ? h('span', { class: 'figure' }, `cosine ${scores[at].toFixed(2)}`) : null,
      );
      tip.hidden = false;
      tip.style.setProperty('--x', `${Math.min(Math.max(8, x), stage.clientWidth - 240)}px`);
      tip.style.setProperty('--y', `${Math.min(y, stage.clientHeight - 100)}px`);
      announce(sound.name);
      if (remembered('hover', true)) player.play(sound);
    } catch (error) {
      sayProblem(error);
    }
  }, HOVER_MS);

  function point(at) {
    tip.hidden = true;
    showTip(at);
  }

  async function pick(at, isChoice = true) {
    if (at < 0) {
      choose([]);
      return;
    }
    try {
      player.toggle(await soundAt(at));
      if (isChoice) choose([at]);
    } catch (error) {
      sayProblem(error);
    }
  }

  function chooseBest() {
    choose([...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, BEST));
  }

  async function choose(points) {
    chosen = points;
    const marks = new Float32Array(ids.length);
    for (const at of points) marks[at] = 1;
    canvas.points.setMarks(marks);
    canvas.draw();
    side.hidden = points.length === 0;
    if (points.length === 0) return;
    announce(`${many(points.length, 'sound')} chosen`);
    const ordered = scores ? [...points].sort((a, b) => scores[b] - scores[a]) : points;
    drawSide();
    try {
      const sounds = await Promise.all(ordered.slice(0, LISTED).map(soundAt));
      if (chosen === points) list.show(sounds, { why: [], canOpen: false });
    } catch (error) {
      sayProblem(error);
    }
  }

  function drawSide() {
    const label = h('input', {
      class: 'field',
      placeholder: prompt.value.trim() || 'label',
      'aria-label': 'Label for the chosen sounds',
    });
    const form = h(
      'form',
      {
        class: 'map-label',
        onsubmit: (event) => {
          event.preventDefault();
          keep(label.value.trim() || prompt.value.trim());
        },
      },
      label,
      h('button', { class: 'button button-first' }, 'Label'),
    );
    list.show([], {});
    fill(
      side,
      h(
        'div',
        { class: 'dialog-head' },
        h('h2', {}, `${many(chosen.length, 'sound')} chosen`),
        h('button', { class: 'iconic', 'aria-label': 'Choose nothing', onclick: () => choose([]) }, icon('close')),
      ),
      form,
      list.element,
      chosen.length > LISTED ? h('p', { class: 'quiet-words' }, `and ${count(chosen.length - LISTED)} more`) : null,
    );
  }

  async function keep(label) {
    if (!label) {
      say('Type a label first');
      return;
    }
    try {
      await api.setLabel({ library: libraryName(), label, ids: chosen.map((at) => ids[at]), add: true });
      say(`${many(chosen.length, 'sound')} labelled “${label}”`);
      known.clear();
    } catch (error) {
      sayProblem(error);
    }
  }

  return {};
}

/** Little-endian floats in base64. */
function floats(text) {
  const letters = atob(text);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Cosines as 0..=1, stretched between the middle of the library and its best. */
function heatOf(scores) {
  const sorted = Float32Array.from(scores).sort();
  const cool = sorted[Math.floor((sorted.length - 1) * COOL_SHARE)];
  const hot = sorted[Math.floor((sorted.length - 1) * 0.998)];
  return scores.map((score) => Math.min(1, Math.max(0, (score - cool) / Math.max(1e-6, hot - cool))) ** 1.5);
}
