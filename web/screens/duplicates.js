// Owns the duplicates screen: what is there more than once, side by side. It deletes nothing and never will.

import * as api from '../api.js';
import { bind } from '../keyboard.js';
import { copyPaths } from '../parts/carry.js';
import { fill, h } from '../parts/dom.js';
import { bytes, folderOf, kind, long, many, nameOf } from '../parts/format.js';
import { icon } from '../parts/icons.js';
import { remember, remembered } from '../parts/memory.js';
import { announce, failure, notice, waiting } from '../parts/say.js';
import { Waveform } from '../parts/waveform.js';
import { player } from '../player.js';
import { isEmptyLibrary, libraryName, roots } from '../session.js';

const KINDS = [
  ['same bytes', 'Same bytes', 'The files are the same, byte for byte.'],
  ['same recording', 'Same recording', 'The same recording, encoded or cut in another way.'],
  ['near-identical', 'Near-identical', 'They sound almost alike, and may still be two takes.'],
];
const PAGE = 25;
const MOST_GROUPS = 1000;

export const title = 'Duplicates';

/** Draws the screen into `root`. */
export function mount(root, { parameters, signal, go }) {
  let groups = [];
  let shownKind = parameters.get('kind') ?? '';
  let shown = PAGE;
  const reviewed = new Set(remembered('reviewed', []));
  const tabs = h('div', { class: 'tools' });
  const status = h('p', { class: 'summary', role: 'status', 'aria-live': 'polite' });
  const answer = h('div', { class: 'duplicates' });
  fill(
    root,
    h(
      'div',
      { class: 'screen-head' },
      h('h1', {}, 'Duplicates'),
      h('p', {}, 'Compare, keep what you like, and tidy up yourself: auricle deletes nothing.'),
    ),
    tabs,
    status,
    answer,
  );
  bind(
    'Duplicates',
    [
      { keys: ['x'], words: 'The other one, at the same place', run: swap, when: () => player.sound !== null },
      {
        keys: ['r'],
        words: 'Set the group aside',
        run: () => document.activeElement.closest('.pair')?.querySelector('.pair-review').click(),
      },
    ],
    signal,
  );
  player.addEventListener('change', follow, { signal });
  begin();

  async function begin() {
    fill(answer, waiting(4, 'Comparing'));
    try {
      groups = isEmptyLibrary()
        ? []
        : (await api.duplicates({ library: libraryName(), limit: MOST_GROUPS }, signal)).groups;
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') fill(answer, failure(error, begin));
    }
  }

  function draw() {
    const open = groups.filter((group) => !reviewed.has(nameOfGroup(group)));
    const aside = groups.length - open.length;
    const tab = (name, words, number) =>
      h(
        'button',
        {
          type: 'button',
          class: 'pill',
          'aria-pressed': String(shownKind === name),
          onclick: () => {
            shownKind = name;
            shown = PAGE;
            go(new URLSearchParams(name ? { kind: name } : {}));
            draw();
          },
        },
        words,
        h('span', { class: 'count' }, String(number)),
      );
    fill(
      tabs,
      tab('', 'All', open.length),
      KINDS.map(([name, words]) => tab(name, words, open.filter((group) => group.kind === name).length)),
      aside > 0
        ? h(
            'button',
            {
              class: 'link',
              onclick: () => {
                reviewed.clear();
                remember('reviewed', []);
                draw();
              },
            },
            `Bring back ${many(aside, 'group')} set aside`,
          )
        : null,
    );
    const wanted = open.filter((group) => !shownKind || group.kind === shownKind);
    const spare = wanted.reduce((sum, group) => sum + group.files.length - 1, 0);
    status.textContent =
      wanted.length > 0 ? `${many(wanted.length, 'group')}, ${many(spare, 'file')} more than needed` : '';
    announce(status.textContent);
    if (wanted.length === 0) {
      fill(
        answer,
        notice({
          title: groups.length === 0 ? 'Nothing is here twice' : 'All looked at',
          body:
            groups.length === 0
              ? 'Every sound of the library is one of its kind.'
              : 'What you set aside is remembered in this browser.',
        }),
      );
      return;
    }
    fill(
      answer,
      wanted.slice(0, shown).map(card),
      wanted.length > shown
        ? h(
            'button',
            {
              class: 'button more',
              onclick: () => {
                shown += PAGE;
                draw();
              },
            },
            'More',
          )
        : null,
    );
    follow();
  }

  function card(group) {
    const [, words, sentence] = KINDS.find(([name]) => name === group.kind) ?? [group.kind, group.kind, ''];
    const files = group.files.map((file) => ({ ...file, name: file.name ?? nameOf(file.path) }));
    const review = h(
      'button',
      {
        class: 'button pair-review',
        onclick: () => {
          reviewed.add(nameOfGroup(group));
          remember('reviewed', [...reviewed]);
          draw();
        },
      },
      icon('check'),
      'Set aside',
    );
    return h(
      'article',
      { class: 'pair', data: { kind: group.kind } },
      h(
        'header',
        { class: 'pair-head' },
        h('h2', {}, words),
        h(
          'span',
          { class: 'quiet-words' },
          group.cosine && group.kind !== 'same bytes' ? `${sentence} Cosine ${group.cosine.toFixed(3)}.` : sentence,
        ),
        review,
      ),
      h(
        'div',
        { class: 'pair-files' },
        files.map((file, at) => side(file, at, files)),
      ),
    );
  }

  function side(file, at, files) {
    const differs = (value) => new Set(files.map(value)).size > 1;
    const fact = (text, value) => (text ? h('span', { class: differs(value) ? 'differs' : '' }, text) : null);
    const play = h(
      'button',
      {
        class: 'play',
        'aria-label': `Play ${file.name} in ${folderOf(file.path, roots())}`,
        onclick: () => player.toggle(file),
      },
      icon('play'),
      icon('pause'),
    );
    const element = h(
      'div',
      { class: 'pair-file', role: 'group', 'aria-label': file.path },
      h(
        'div',
        { class: 'pair-name' },
        play,
        h(
          'div',
          {},
          h('strong', {}, file.name),
          h('span', { class: 'sound-folder', title: file.path }, folderOf(file.path, roots())),
        ),
        h('span', { class: 'pair-letter', 'aria-hidden': 'true' }, String.fromCharCode(65 + at)),
      ),
      new Waveform(file).element,
      h(
        'div',
        { class: 'pair-facts figure' },
        fact(kind(file), kind),
        fact(long(file.duration_seconds ?? 0), (each) => long(each.duration_seconds ?? 0)),
        file.bytes ? fact(bytes(file.bytes), (each) => each.bytes) : null,
      ),
      h(
        'div',
        { class: 'pair-actions' },
        h('button', { class: 'link', onclick: () => copyPaths(file.path) }, 'Copy path'),
        h(
          'button',
          {
            class: 'link',
            onclick: () => copyPaths(...files.filter((each) => each !== file).map(({ path }) => path)),
            title: 'To do with them what you like, elsewhere',
          },
          files.length > 2 ? 'Copy the others’ paths' : 'Copy the other’s path',
        ),
      ),
    );
    element.sound = file;
    return element;
  }

  /** Plays the next file of the group from the very place where this one is. */
  function swap() {
    const all = [...answer.querySelectorAll('.pair-file')];
    const playing = all.find(({ sound }) => player.holds(sound));
    if (!playing) return;
    const group = [...playing.closest('.pair').querySelectorAll('.pair-file')];
    const next = group[(group.indexOf(playing) + 1) % group.length];
    player.play(next.sound, { at: player.seconds });
    next.querySelector('.play').focus();
  }

  function follow() {
    for (const each of answer.querySelectorAll('.pair-file'))
      each.classList.toggle('is-playing', player.holds(each.sound) && player.isPlaying);
  }

  return {
    update: (next) => {
      shownKind = next.get('kind') ?? '';
      draw();
    },
  };
}

/** What tells groups apart from one visit to the next. */
function nameOfGroup(group) {
  return group.files
    .map(({ path }) => path)
    .sort()
    .join('\n');
}
