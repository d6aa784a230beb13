// Owns the list of files that could not be read, each with its reason.

import { copyPaths } from '../../parts/carry.js';
import { h } from '../../parts/dom.js';
import { folderOf, many, nameOf } from '../../parts/format.js';
import { hasMoreFailed } from './state.js';

/** What stands in the part of the failures; `onmore()` asks for more of them. */
export function failuresPart(state, roots, onmore) {
  if (state.total === 0)
    return [h('h2', {}, 'Failures'), h('p', { class: 'quiet-words' }, 'None: every sound could be read.')];
  return [
    h('h2', {}, `${many(state.total, 'file')} could not be read`),
    h(
      'ul',
      { class: 'failures' },
      state.failed.map((file) => failureItem(file, roots)),
    ),
    hasMoreFailed(state) ? h('button', { class: 'button more', onclick: onmore }, 'More') : null,
  ];
}

function failureItem({ path, stage, reason }, roots) {
  const name = nameOf(path);
  return h(
    'li',
    {},
    h('div', {}, h('strong', {}, name), h('span', { class: 'sound-folder' }, folderOf(path, roots))),
    h('p', {}, h('span', { class: 'stage' }, stage), ` ${reason}`),
    h('button', { class: 'link', onclick: () => copyPaths(path), 'aria-label': `Copy path: ${name}` }, 'Copy path'),
  );
}
