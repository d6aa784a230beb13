// Owns the teach screen: a prompt finds candidates, thumbs say yes or no, the head learns after each, and asks about
// what it is least sure of.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { calm, fill, h, isTouched } from '../parts/dom.js';
import { many, percent } from '../parts/format.js';
import { headFigures, headList } from '../parts/heads.js';
import { icon } from '../parts/icons.js';
import { auditions, SoundList } from '../parts/list.js';
import { announce, failure, notice, sayProblem, waiting } from '../parts/say.js';
import { isEmptyLibrary, libraryName } from '../session.js';

const CANDIDATES = 16;
const SUGGESTIONS = 12;
const LEARN_PAUSE_MS = 250;

export const title = 'Teach';

/** Draws the screen into `root`. */
export function mount(root, { parameters, signal, go }) {
  const state = { name: parameters.get('head') ?? '', prompt: parameters.get('prompt') ?? '' };
  let judged = new Map();
  let facts = null;
  let source = 'words';
  const side = h('aside', { class: 'panel teach-side', 'aria-label': 'What it has learned' });
  const content = h('div', { class: 'teach-main' });
  const status = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
  const actions = [
    {
      icon: 'up',
      words: 'Yes',
      key: 'y',
      class: 'iconic-yes',
      run: (sound, row) => judge(sound, row, true),
      pressed: (sound) => judged.get(sound.id)?.positive === true,
    },
    {
      icon: 'down',
      words: 'No',
      key: 'n',
      class: 'iconic-no',
      run: (sound, row) => judge(sound, row, false),
      pressed: (sound) => judged.get(sound.id)?.positive === false,
    },
  ];
  const list = new SoundList({ label: 'Is it one?', signal, keys: actions });
  const learn = calm(teach, LEARN_PAUSE_MS);
  fill(
    root,
    h(
      'div',
      { class: 'screen-head' },
      h('h1', {}, 'Teach'),
      h('p', {}, 'Words are a start. Say yes or no to a few sounds, and it learns what you mean in milliseconds.'),
    ),
    h('div', { class: 'teach' }, content, side),
  );
  bind('Teach', [{ keys: ['u'], words: 'Take the last answer back', run: undo }], signal);
  if (state.name && !isEmptyLibrary()) begin();
  else ask();

  function ask() {
    const name = h('input', {
      class: 'field field-large',
      required: true,
      placeholder: 'siren',
      value: state.name,
      autocomplete: 'off',
    });
    const prompt = h('input', {
      class: 'field field-large',
      placeholder: 'a siren wails in the distance',
      value: state.prompt,
      autocomplete: 'off',
    });
    fill(
      content,
      isEmptyLibrary()
        ? notice({
            title: 'The library is empty',
            body: 'Index a folder of sounds, then teach from it.',
            actions: [h('a', { class: 'button', href: '#/library' }, 'To the library')],
          })
        : h(
            'form',
            {
              class: 'teach-form',
              onsubmit: (event) => {
                event.preventDefault();
                Object.assign(state, { name: name.value.trim(), prompt: prompt.value.trim() });
                write();
                begin();
              },
            },
            h('label', {}, h('span', {}, 'What should it learn?'), name),
            h('label', {}, h('span', {}, 'In more words, if you like'), prompt),
            h('button', { class: 'button button-first' }, 'Find candidates'),
          ),
    );
    drawHeads();
    if (!isTouched()) name.focus();
  }

  function write() {
    const next = new URLSearchParams();
    if (state.name) next.set('head', state.name);
    if (state.prompt) next.set('prompt', state.prompt);
    go(next);
  }

  async function begin() {
    judged = new Map();
    facts = null;
    source = 'words';
    const heads = await api.heads({ library: libraryName() }, signal).catch(() => []);
    facts = heads.find(({ name }) => name === state.name) ?? null;
    drawFrame();
    drawSide();
    await (facts ? suggest() : candidates());
  }

  function drawFrame() {
    const ways = [
      ['words', 'By the words', candidates],
      ['head', 'Least sure of', suggest],
    ];
    fill(
      content,
      h(
        'div',
        { class: 'teach-bar' },
        h('h2', {}, 'Is this ', h('mark', {}, state.prompt || state.name), '?'),
        h(
          'div',
          { class: 'segments', role: 'group', 'aria-label': 'Which sounds are asked about' },
          ways.map(([name, words, run]) =>
            h(
              'button',
              {
                type: 'button',
                'aria-pressed': String(source === name),
                disabled: name === 'head' && facts === null,
                onclick: run,
              },
              words,
            ),
          ),
        ),
        h(
          'span',
          { class: 'teach-keys quiet-words' },
          h('kbd', {}, 'y'),
          ' yes ',
          h('kbd', {}, 'n'),
          ' no ',
          h('kbd', {}, 'u'),
          ' take back',
        ),
      ),
      status,
      list.element,
    );
  }

  async function candidates() {
    source = 'words';
    await fetchInto(async () => {
      const found = await api.search(
        { library: libraryName(), text: state.prompt || state.name, all: true, by: 'sound', limit: CANDIDATES },
        signal,
      );
      return found.hits;
    }, 'These sound most like the words.');
  }

  async function suggest() {
    source = 'head';
    await fetchInto(async () => {
      const found = await api.suggest(state.name, { library: libraryName(), limit: SUGGESTIONS }, signal);
      return Promise.all(found.suggestions.map(complete));
    }, 'It is least sure of these: an answer here teaches most.');
  }

  /** What the list needs of a sound, whatever the answer left out. */
  async function complete(suggestion) {
    const known = suggestion.duration_seconds
      ? suggestion
      : { ...(await api.file(suggestion.id, { library: libraryName() }, signal)), ...suggestion };
    return { ...known, name: known.name ?? known.path.split(/[/\\]/).pop() };
  }

  async function fetchInto(task, words) {
    drawFrame();
    list.element.replaceWith(waiting(6));
    try {
      const sounds = (await task()).filter(({ id }) => !judged.has(id));
      drawFrame();
      list.show(sounds, (sound) => ({ actions, why: sound.classes ? presence(sound) : null }));
      status.textContent = sounds.length > 0 ? words : '';
      if (sounds.length === 0)
        list.element.replaceWith(
          notice({ title: 'Nothing left to ask about', body: 'All that is uncertain has been answered.' }),
        );
      else if (document.activeElement === document.body || content.contains(document.activeElement)) list.choose(0);
    } catch (error) {
      if (error.name !== 'AbortError') fill(content, failure(error, task));
    }
  }

  function presence(sound) {
    return sound.classes
      .slice(0, 2)
      .map(({ name, presence: share }) => h('span', { class: 'why' }, `${name} ${percent(share)}`));
  }

  function judge(sound, row, positive) {
    judged.set(sound.id, { id: sound.id, positive, sound });
    announce(`${positive ? 'Yes' : 'No'}: ${sound.name}`);
    list.remove(row);
    list.choose(list.at);
    drawSide();
    learn();
    if (list.current && auditions()) list.current.play();
  }

  function undo() {
    const last = [...judged.keys()].at(-1);
    if (last === undefined) return;
    const { sound } = judged.get(last);
    judged.delete(last);
    list.add([sound], { actions });
    list.choose(list.rows.length - 1);
    drawSide();
    announce(`Taken back: ${sound.name}`);
  }

  async function teach() {
    const judgements = [...judged.values()].map(({ id, positive }) => ({
      id,
      positive,
      ...(positive ? { class: state.name } : {}),
    }));
    const hasYes = judgements.some(({ positive }) => positive) || facts !== null;
    if (hasYes && judgements.length > 0) {
      try {
        facts = await api.teach(state.name, {
          library: libraryName(),
          judgements,
          ...(state.prompt ? { prompt: state.prompt } : {}),
        });
        drawSide();
        for (const way of content.querySelectorAll('.segments button')) way.disabled = false;
      } catch (error) {
        sayProblem(error);
      }
    }
    if (list.rows.length === 0) await (facts ? suggest() : candidates());
  }

  function drawSide() {
    const answers = [...judged.values()].reverse();
    const yes = answers.filter(({ positive }) => positive).length;
    fill(
      side,
      h('h2', {}, state.name),
      headFigures(facts),
      h(
        'div',
        { class: 'tally' },
        h('span', {}, icon('up'), String(yes)),
        h('span', {}, icon('down'), String(answers.length - yes)),
        answers.length > 0 ? h('button', { class: 'link', onclick: undo }, 'Take back') : null,
      ),
      answers.length > 0
        ? h(
            'ol',
            { class: 'answers' },
            answers
              .slice(0, 8)
              .map(({ positive, sound }) =>
                h('li', { class: positive ? '' : 'is-no' }, icon(positive ? 'up' : 'down'), h('span', {}, sound.name)),
              ),
          )
        : h('p', { class: 'quiet-words' }, 'It learns from the first yes on.'),
      h(
        'div',
        { class: 'notice-actions' },
        facts
          ? h(
              'a',
              { class: 'button button-first', href: `#/search?and=with:${encodeURIComponent(state.name)}` },
              'Search with it',
            )
          : null,
        facts
          ? h('a', { class: 'button', href: `#/label?with=${encodeURIComponent(state.name)}` }, 'Label with it')
          : null,
        h('button', { class: 'button', onclick: leave }, 'Another one'),
      ),
    );
  }

  function leave() {
    Object.assign(state, { name: '', prompt: '' });
    write();
    ask();
  }

  async function drawHeads() {
    fill(side, h('h2', {}, 'Taught before'), waiting(1));
    try {
      const heads = isEmptyLibrary() ? [] : await api.heads({ library: libraryName() }, signal);
      fill(
        side,
        h('h2', {}, 'Taught before'),
        heads.length > 0
          ? headList(heads, {
              ongo: (name) => {
                Object.assign(state, { name, prompt: '' });
                write();
                begin();
              },
              onchange: drawHeads,
            })
          : h(
              'p',
              { class: 'quiet-words' },
              'Nothing yet. What you teach is kept with the library, and can be searched and labelled with.',
            ),
      );
      if (heads.length > 0) announce(many(heads.length, 'taught head'));
    } catch (error) {
      if (error.name !== 'AbortError') fill(side, failure(error, drawHeads));
    }
  }

  return {
    update: (next) => {
      const name = next.get('head') ?? '';
      if (name === state.name) return;
      Object.assign(state, { name, prompt: next.get('prompt') ?? '' });
      if (name) begin();
      else ask();
    },
  };
}
