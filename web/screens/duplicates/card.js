// Owns one group of duplicates as a card: its files side by side, with what tells them apart.

import { copyPaths } from '../../parts/carry.js';
import { h } from '../../parts/dom.js';
import { folderOf } from '../../parts/format.js';
import { icon } from '../../parts/icons.js';
import { Waveform } from '../../parts/waveform.js';
import { player } from '../../player.js';
import { roots } from '../../session.js';
import { factsOf, groupWords } from './words.js';

const FIRST_LETTER = 'A'.charCodeAt(0);

/** The card of `group`; `onaside()` sets it aside. */
export function groupCard(group, onaside) {
  const { title, meaning } = groupWords(group);
  return h(
    'article',
    { class: 'pair', data: { kind: group.kind } },
    h(
      'header',
      { class: 'pair-head' },
      h('h2', {}, title),
      h('span', { class: 'quiet-words' }, meaning),
      h('button', { class: 'button pair-review', onclick: onaside }, icon('check'), 'Set aside'),
    ),
    h(
      'div',
      { class: 'pair-files' },
      group.files.map((file, at) => filePart(file, at, group.files)),
    ),
  );
}

function filePart(file, at, files) {
  const element = h(
    'div',
    { class: 'pair-file', role: 'group', 'aria-label': file.path },
    h(
      'div',
      { class: 'pair-name' },
      playButton(file),
      h(
        'div',
        {},
        h('strong', {}, file.name),
        h('span', { class: 'sound-folder', title: file.path }, folderOf(file.path, roots())),
      ),
      h('span', { class: 'pair-letter', 'aria-hidden': 'true' }, String.fromCharCode(FIRST_LETTER + at)),
    ),
    new Waveform(file).element,
    h(
      'div',
      { class: 'pair-facts figure' },
      factsOf(file, files).map(({ words, differs }) => h('span', { class: differs ? 'differs' : '' }, words)),
    ),
    h('div', { class: 'pair-actions' }, copyButtons(file, files)),
  );
  element.sound = file;
  return element;
}

function playButton(file) {
  return h(
    'button',
    {
      class: 'play',
      'aria-label': `Play ${file.name} in ${folderOf(file.path, roots())}`,
      onclick: () => player.toggle(file),
    },
    icon('play'),
    icon('pause'),
  );
}

function copyButtons(file, files) {
  const others = files.filter((each) => each !== file).map(({ path }) => path);
  return [
    h('button', { class: 'link', onclick: () => copyPaths(file.path) }, 'Copy path'),
    h(
      'button',
      { class: 'link', title: 'To use them in another program', onclick: () => copyPaths(...others) },
      others.length > 1 ? 'Copy the others’ paths' : 'Copy the other’s path',
    ),
  ];
}
