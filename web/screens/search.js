// Owns the search screen: the box, the results, the cut between what convinces and what may be chance.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { fill, h, isTouched } from '../parts/dom.js';
import { count, many } from '../parts/format.js';
import { icon } from '../parts/icons.js';
import { SoundList } from '../parts/list.js';
import { remember, remembered } from '../parts/memory.js';
import { Filters } from '../parts/filters.js';
import { announce, failure, notice, waiting } from '../parts/say.js';
import { SearchBox } from '../parts/searchbox.js';
import { acceptFiles } from '../parts/upload.js';
import { fromParameters, isEmpty, part, toParameters, toRequest } from '../query.js';
import { isEmptyLibrary, library, libraryName } from '../session.js';

const PAGE = 40;
const RECENT = 6;
const IDEAS = [
  'rain on a tin roof',
  'a door slams',
  'crowd applauding',
  'birds at dawn',
  'glass breaking',
  'a siren passes by',
];

export const title = 'Search';

/** Draws the screen into `root`; `go(parameters, { replace })` changes the address. */
export function mount(root, { parameters, signal, go }) {
  let query = fromParameters(parameters);
  let request = new AbortController();
  let offset = 0;
  const box = new SearchBox(query, {
    onchange: change,
    onsound: (sound) => like(sound, { only: true }),
    ondown: () => list.rows.length > 0 && list.choose(Math.max(0, list.at)),
  });
  const filters = new Filters(query, () => change(true));
  const tools = h('div', { class: 'tools' });
  const summary = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
  const answer = h('div', { class: 'answer' });
  const actions = [
    { icon: 'like', words: 'More like this', key: 'm', run: (sound) => like(sound, { only: true }) },
    { icon: 'plus', words: 'Add to what is wanted', key: '+', run: (sound) => like(sound) },
    {
      icon: 'minus',
      words: 'Add to what is not wanted',
      key: '-',
      class: 'iconic-no',
      run: (sound) => like(sound, { sign: -1 }),
    },
  ];
  const list = new SoundList({ label: 'Results', signal, keys: actions, onleave: () => box.focus() });
  fill(
    root,
    h('h1', { class: 'hidden-text' }, 'Search'),
    h('div', { class: 'ask' }, box.element, tools, filters.fields),
    summary,
    answer,
  );
  acceptFiles('Drop it to find what sounds like it', (sound) => like(sound, { only: true }), signal);
  signal.addEventListener('abort', () => request.abort());
  bind(
    'Search',
    [
      { keys: ['/'], words: 'To the search box', run: () => box.focus() },
      { keys: ['f'], words: 'Filters', run: () => filters.toggle() },
      { keys: ['w'], words: 'Show weaker matches, or not', run: () => set({ all: !query.all }) },
    ],
    signal,
  );
  drawTools();
  run();
  if (isEmpty(query) && !isTouched()) box.input.focus();

  /** The address has changed: back, forward or a link. */
  function update(next) {
    query = fromParameters(next);
    box.draw(query);
    filters.draw(query);
    drawTools();
    run();
  }

  function change(isFinal) {
    drawTools();
    // The first letters are a step of their own, so that back leads to where one began.
    const isFirst = !/\?/.test(location.hash);
    go(toParameters(query), { replace: !isFinal && !isFirst });
    if (isFinal && query.text.trim())
      remember(
        'recent',
        [query.text.trim(), ...remembered('recent', []).filter((words) => words !== query.text.trim())].slice(
          0,
          RECENT,
        ),
      );
    run();
  }

  function set(values) {
    Object.assign(query, values);
    change(true);
  }

  /** Searches by a sound: by it alone, or as one more part. */
  function like(sound, { sign = 1, only = false } = {}) {
    const isPart = sound.end && sound.end - sound.start < sound.duration_seconds * 0.95;
    const options = { sign, name: sound.name, start: isPart ? sound.start : null, end: isPart ? sound.end : null };
    const each = sound.upload ? part('upload', sound.upload, options) : part('id', sound.id, options);
    if (only) Object.assign(query, { text: '', parts: [each], all: false });
    else query.parts.push(each);
    box.draw();
    scrollTo({ top: 0 });
    change(true);
  }

  function drawTools() {
    const ways = [
      ['both', 'Sound and words'],
      ['sound', 'Sound'],
      ['words', 'Words'],
    ];
    fill(
      tools,
      h(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'What is compared' },
        ways.map(([by, words]) =>
          h('button', { type: 'button', 'aria-pressed': String(query.by === by), onclick: () => set({ by }) }, words),
        ),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'pill',
          'aria-pressed': String(query.moments),
          title: 'Places inside sounds instead of whole files',
          onclick: () => set({ moments: !query.moments }),
        },
        'Moments',
      ),
      filters.button,
      filters.chips,
    );
  }

  async function run() {
    request.abort();
    request = new AbortController();
    offset = 0;
    if (isEmpty(query) || isEmptyLibrary()) {
      summary.textContent = '';
      list.show([], {});
      fill(
        answer,
        welcome((text) => {
          query.text = text;
          box.draw();
          change(true);
        }),
      );
      return;
    }
    if (list.rows.length === 0) fill(answer, waiting(8, 'Searching'));
    answer.classList.add('is-stale');
    try {
      show(await api.search(toRequest(query, { library: libraryName(), limit: PAGE }), request.signal));
    } catch (error) {
      if (error.name === 'AbortError') return;
      summary.textContent = '';
      list.show([], {});
      fill(answer, failure(error, run));
    }
    answer.classList.remove('is-stale');
  }

  function show(found) {
    const strong = found.hits.filter(({ standing }) => standing !== 'below cut');
    const weak = found.hits.filter(({ standing }) => standing === 'below cut');
    summary.textContent = summaryOf(found, strong.length, weak.length, query);
    announce(summary.textContent);
    list.show(strong, { actions });
    fill(
      answer,
      h('h2', { class: 'hidden-text' }, 'Results'),
      identical(found),
      strong.length > 0 || weak.length > 0 ? list.element : null,
    );
    if (strong.length === 0) answer.prepend(nothing(found, weak.length));
    if (weak.length > 0) addWeak(weak);
    else if (found.below_cut > 0 && strong.length > 0) answer.append(cutLine(found.below_cut));
    more(found.hits.length, weak.length > 0);
  }

  function addWeak(weak) {
    const line = h(
      'li',
      { class: 'cut' },
      h('span', {}, 'Weaker matches below: they may be here by chance'),
      h('button', { class: 'link', onclick: () => set({ all: false }) }, 'Hide them'),
    );
    list.element.append(line);
    list.add(weak, { actions });
  }

  function cutLine(weaker) {
    return h(
      'div',
      { class: 'cut' },
      h('span', {}, `The cut: ${many(weaker, 'weaker match')} below`),
      h('button', { class: 'link', onclick: () => set({ all: true }) }, 'Show weaker matches'),
    );
  }

  function more(shown, hasCut) {
    if (shown < PAGE) return;
    const button = h(
      'button',
      {
        class: 'button more',
        onclick: async () => {
          button.disabled = true;
          offset += PAGE;
          try {
            const next = await api.search(
              toRequest(query, { library: libraryName(), limit: PAGE, offset }),
              request.signal,
            );
            button.remove();
            const weak = next.hits.filter(({ standing }) => standing === 'below cut');
            list.add(
              next.hits.filter(({ standing }) => standing !== 'below cut'),
              { actions },
            );
            if (weak.length > 0 && !hasCut) addWeak(weak);
            else list.add(weak, { actions });
            announce(`${many(next.hits.length, 'more sound')}`);
            more(next.hits.length, hasCut || weak.length > 0);
          } catch (error) {
            answer.append(failure(error));
          }
        },
      },
      'More',
    );
    answer.append(button);
  }

  function nothing(found, weaker) {
    if (found.searched.files === 0)
      return notice({
        title: 'No sound passes the filters',
        actions: [
          h(
            'button',
            {
              class: 'button',
              onclick: () => {
                query.filter = {};
                filters.draw();
                change(true);
              },
            },
            'Clear the filters',
          ),
        ],
      });
    const actions =
      found.below_cut > 0
        ? [
            h(
              'button',
              { class: 'button', onclick: () => set({ all: true }) },
              `Show ${many(found.below_cut, 'weaker match')}`,
            ),
          ]
        : [];
    return notice({
      title: 'No convincing match',
      body:
        weaker > 0
          ? 'All of this may be here by chance.'
          : 'Nothing here is nearer to that than to unrelated words. Other words may help, or an example: drop a sound here.',
      actions,
    });
  }

  return { update };
}

function summaryOf(found, strong, weak, query) {
  const parts = [strong === PAGE ? `the best ${PAGE} matches` : many(strong, 'match')];
  const weaker = weak + found.below_cut;
  if (weaker > 0) parts.push(weak > 0 ? `${count(weak)} weaker` : `${count(weaker)} weaker left out`);
  parts.push(`in ${many(found.searched.files, 'sound')}`);
  if (found.timing_ms) {
    const milliseconds = Object.values(found.timing_ms).reduce((sum, each) => sum + each, 0);
    parts.push(`${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`);
  }
  return (query.moments ? 'Moments: ' : '') + parts.join(' · ');
}

function identical(found) {
  const files = found.identical ?? [];
  if (files.length === 0) return null;
  return h(
    'p',
    { class: 'quiet-words' },
    `Left out because ${files.length === 1 ? 'it is' : 'they are'} the example once more: `,
    files
      .slice(0, 3)
      .map(({ path }) => path.split('/').pop())
      .join(', '),
    files.length > 3 ? ` and ${files.length - 3} more` : '',
  );
}

function welcome(ask) {
  const holds = library();
  if (isEmptyLibrary())
    return notice({
      title: 'The library is empty',
      body: 'Index a folder of sounds first; it stays where it is, and nothing leaves this machine.',
      actions: [h('a', { class: 'button button-first', href: '#/library' }, 'Add a folder')],
    });
  const recent = remembered('recent', []);
  const words = (texts) =>
    h(
      'div',
      { class: 'ideas' },
      texts.map((text) => h('button', { class: 'idea', onclick: () => ask(text) }, text)),
    );
  return h(
    'div',
    { class: 'welcome' },
    recent.length > 0 ? h('section', {}, h('h2', {}, 'Asked lately'), words(recent)) : null,
    h('section', {}, h('h2', {}, 'For example'), words(IDEAS)),
    h(
      'section',
      { class: 'welcome-ways' },
      h('h2', {}, 'Or without words'),
      h('p', {}, icon('file'), 'Drop a sound anywhere on the page, or paste it.'),
      h('p', {}, icon('mic'), 'Record one: hum it, knock it, imitate it.'),
      h('p', {}, icon('like'), 'Press “more like this” on any sound.'),
    ),
    holds
      ? h(
          'p',
          { class: 'quiet-words' },
          `${many(holds.files, 'sound')} in “${holds.name}”, heard by the model ${holds.model}.`,
        )
      : null,
  );
}
