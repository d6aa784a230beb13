// Owns the label screen: labels are typed, the library falls into them, and one sound's timeline shows where they are
// heard.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { Buckets, NONE } from '../parts/buckets.js';
import { calm, fill, h, isTouched } from '../parts/dom.js';
import { count, many, nameOf, percent } from '../parts/format.js';
import { LabelBox, labelName } from '../parts/labelbox.js';
import { SoundList } from '../parts/list.js';
import { announce, failure, notice, say, sayProblem, waiting } from '../parts/say.js';
import { timelineView } from '../parts/tracks.js';
import { acceptFiles, fileButton } from '../parts/upload.js';
import { isEmptyLibrary, libraryName } from '../session.js';

const BEST = 100;
const SETS = [
  ['esc50', 'ESC-50, 50 everyday sounds'],
  ['audioset', 'AudioSet, 527 sounds'],
];
const IDEAS = ['dog, cat, birds', 'rain, wind, thunder', 'speech, laughter, applause', 'siren, engine, train, bells'];

export const title = 'Label';

/** Draws the screen into `root`. */
export function mount(root, { parameters, signal, go }) {
  const state = {
    labels: (parameters.get('labels') ?? '').split(',').filter(Boolean),
    set: parameters.get('set') ?? '',
    with: parameters.get('with') ?? '',
    multi: parameters.has('multi'),
    threshold: Number(parameters.get('threshold') ?? 0.5),
  };
  let request = new AbortController();
  let latest = null;
  let open = null;
  let chosen = null;
  const box = new LabelBox(state.labels, (labels, isFinal) => {
    Object.assign(state, { labels, set: '', with: '' });
    write(!isFinal);
    run();
  });
  const options = h('div', { class: 'tools' });
  const summary = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
  const answer = h('div', { class: 'answer' });
  const timeline = h('section', { class: 'panel timeline', 'aria-label': 'Timeline of one sound' });
  const buckets = new Buckets({ onchoose: choose, onopen: openBucket, signal });
  const list = new SoundList({ label: 'Sounds with this label', signal });
  fill(
    root,
    h(
      'div',
      { class: 'screen-head' },
      h('h1', {}, 'Label'),
      h('p', {}, 'Make classes up as you type; every sound falls where it fits, or nowhere.'),
    ),
    box.element,
    options,
    summary,
    answer,
    timeline,
  );
  acceptFiles('Drop it for its timeline', (sound) => choose(sound, true), signal);
  signal.addEventListener('abort', () => request.abort());
  bind(
    'Label',
    [
      { keys: ['/'], words: 'To the labels', run: () => box.input.focus() },
      { keys: ['t'], words: 'Timeline of the chosen sound', run: () => chosen && drawTimeline() },
    ],
    signal,
  );
  drawOptions([]);
  if (!isEmptyLibrary()) api.heads({ library: libraryName() }, signal).then(drawOptions, () => {});
  drawTimelineHint();
  run();
  if (!isTouched() && state.labels.length === 0) box.input.focus();

  function write(replace) {
    const next = new URLSearchParams();
    if (state.labels.length > 0) next.set('labels', state.labels.join(','));
    for (const name of ['set', 'with']) if (state[name]) next.set(name, state[name]);
    if (state.multi) next.set('multi', '1');
    if (state.threshold !== 0.5) next.set('threshold', state.threshold);
    go(next, { replace });
  }

  function drawOptions(heads) {
    const several = (multi) => () => {
      state.multi = multi;
      drawOptions(heads);
      write(false);
      run();
    };
    const select = h(
      'select',
      {
        class: 'field field-auto',
        'aria-label': 'A list of labels',
        onchange: () => {
          const [kind, name] = select.value.split(':');
          Object.assign(state, { labels: [], set: '', with: '', [kind]: name });
          box.set([]);
          write(false);
          run();
        },
      },
      h('option', { value: '', selected: !state.set && !state.with }, 'Or a list …'),
      SETS.map(([name, words]) => h('option', { value: `set:${name}`, selected: state.set === name }, words)),
      heads.map(({ name }) => h('option', { value: `with:${name}`, selected: state.with === name }, `taught: ${name}`)),
    );
    const shown = h('output', { class: 'figure' }, percent(state.threshold));
    const later = calm(() => {
      write(true);
      run();
    }, 150);
    const slider = h('input', {
      type: 'range',
      min: '0.05',
      max: '0.95',
      step: '0.05',
      value: String(state.threshold),
      oninput: () => {
        state.threshold = Number(slider.value);
        shown.textContent = percent(state.threshold);
        later();
      },
    });
    fill(
      options,
      h(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'How many labels a sound may have' },
        h(
          'button',
          { type: 'button', 'aria-pressed': String(!state.multi), onclick: several(false) },
          'The one that fits',
        ),
        h('button', { type: 'button', 'aria-pressed': String(state.multi), onclick: several(true) }, 'All that fit'),
      ),
      h('label', { class: 'slider' }, 'From', slider, shown),
      select,
      h('button', { class: 'button keep', disabled: latest === null, onclick: keep }, 'Keep these labels'),
    );
  }

  function asked(more = {}) {
    const what = state.with ? { with: state.with } : state.set ? { set: state.set } : { labels: state.labels };
    return {
      library: libraryName(),
      ...what,
      multi: state.multi,
      threshold: state.threshold,
      ...more,
    };
  }

  async function run() {
    request.abort();
    request = new AbortController();
    if (isEmptyLibrary() || (state.labels.length === 0 && !state.set && !state.with)) {
      latest = null;
      summary.textContent = '';
      fill(
        answer,
        isEmptyLibrary()
          ? notice({
              title: 'The library is empty',
              body: 'Index a folder of sounds, then label it.',
              actions: [h('a', { class: 'button', href: '#/library' }, 'To the library')],
            })
          : ideas(),
      );
      return;
    }
    if (latest === null) fill(answer, waiting(5, 'Labelling'));
    try {
      const found = await api.label(asked({ best: BEST }), request.signal);
      latest = { ...found, results: found.results.map((each) => ({ ...each, name: each.name ?? nameOf(each.path) })) };
      show();
    } catch (error) {
      if (error.name === 'AbortError') return;
      latest = null;
      fill(answer, failure(error, run));
    }
    root.querySelector('.keep').disabled = latest === null;
  }

  function show() {
    const { total, none, labels } = latest;
    summary.textContent = `${many(labels.length, 'label')}; ${count(total - none)} of ${many(total, 'sound')} have one`;
    announce(summary.textContent);
    const full = state.set || labels.length > 8 ? labels.filter((label) => (latest.counts[label] ?? 0) > 0) : labels;
    if (buckets.element.parentNode !== answer) fill(answer, buckets.element);
    buckets.show({ ...latest, labels: full });
    if (open !== null) openBucket(open);
    if (chosen === null) drawTimelineHint();
  }

  function openBucket(label) {
    const sounds = latest.results.filter(({ found }) => (label === NONE ? found.length === 0 : found.includes(label)));
    const number = label === NONE ? latest.none : (latest.counts[label] ?? 0);
    const which = label === NONE ? 'the first' : 'the likeliest';
    const cut = number > sounds.length ? `; ${which} ${count(sounds.length)}` : '';
    open = label;
    const why = (sound) =>
      sound.labels
        .slice(0, 3)
        .map((each) =>
          h('span', { class: each.present ? 'why why-exact' : 'why' }, `${each.label} ${percent(each.score)}`),
        );
    list.show(sounds, (sound) => ({
      why: why(sound),
      actions: [{ icon: 'events', words: 'Timeline', key: 't', run: () => choose(sound, true) }],
    }));
    const close = () => {
      open = null;
      panel.remove();
    };
    const panel = h(
      'section',
      { class: 'bucket-list' },
      h(
        'div',
        { class: 'dialog-head' },
        h('h2', {}, `${label === NONE ? 'None of these' : label}: ${many(number, 'sound')}${cut}`),
        h('button', { class: 'button', onclick: close }, 'Close'),
      ),
      list.element,
    );
    answer.querySelector('.bucket-list')?.remove();
    answer.append(panel);
  }

  function choose(sound, isFinal = false) {
    chosen = sound;
    if (isFinal) drawTimeline();
    else drawTimelineHint();
  }

  function drawTimelineHint() {
    fill(
      timeline,
      h(
        'div',
        { class: 'timeline-head' },
        h('h2', {}, 'Timeline'),
        chosen
          ? [
              h('span', { class: 'quiet-words' }, chosen.name),
              h('button', { class: 'button', onclick: drawTimeline }, 'Where in it are the labels?'),
            ]
          : h(
              'span',
              { class: 'quiet-words' },
              'Play a sound above, or drop one, to see where in it each label is heard.',
            ),
        fileButton('Timeline of a file', (sound) => choose(sound, true)),
      ),
    );
  }

  async function drawTimeline() {
    if (state.labels.length === 0 && !state.set && !state.with) {
      say('Type a label first');
      return;
    }
    const sound = chosen;
    drawTimelineHint();
    const view = h('div', {}, waiting(2));
    timeline.append(view);
    timeline.scrollIntoView({ block: 'nearest' });
    try {
      const found = await api.timeline(
        {
          ...asked({ multi: undefined }),
          ...(sound.upload ? { upload: sound.upload } : { id: sound.id }),
        },
        signal,
      );
      fill(view, timelineView(sound, found, signal));
      announce(`Timeline of ${sound.name}: ${many(found.events.length, 'event')}`);
    } catch (error) {
      if (error.name !== 'AbortError') fill(view, failure(error, drawTimeline));
    }
  }

  async function keep(event) {
    const { target } = event;
    target.disabled = true;
    try {
      const kept = await api.label(asked({ write: true, limit: 1 }));
      const number = Object.values(kept.counts ?? {}).reduce((sum, each) => sum + each, 0);
      say(`${many(number, 'label')} kept; search can filter by ${state.labels.length === 1 ? 'it' : 'them'}`);
    } catch (error) {
      sayProblem(error);
    }
    target.disabled = false;
  }

  function ideas() {
    return h(
      'div',
      { class: 'welcome' },
      h(
        'section',
        {},
        h('h2', {}, 'For example'),
        h(
          'div',
          { class: 'ideas' },
          IDEAS.map((words) =>
            h(
              'button',
              {
                class: 'idea',
                onclick: () => {
                  state.labels = words.split(',').map(labelName);
                  box.set(state.labels);
                  write(false);
                  run();
                },
              },
              words,
            ),
          ),
        ),
      ),
      h(
        'p',
        { class: 'quiet-words' },
        'A label may have a threshold and a prompt of its own: ',
        h('code', {}, 'siren @0.7 = a siren wails'),
      ),
    );
  }

  return {
    update: (next) => {
      Object.assign(state, {
        labels: (next.get('labels') ?? '').split(',').filter(Boolean),
        set: next.get('set') ?? '',
        with: next.get('with') ?? '',
        multi: next.has('multi'),
      });
      box.set(state.labels);
      run();
    },
  };
}
