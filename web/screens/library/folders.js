// Owns the panel of the library's folders: look for changes, add a folder, forget what has vanished, make every vector again.

import { h } from '../../parts/dom.js';

/** What stands in the panel; `onstart(request)` starts a job. */
export function foldersPanel({ library, folders, onstart }) {
  const index = (folder) => onstart({ kind: 'index', folders: [folder] });
  return [
    h(
      'div',
      { class: 'library-folders' },
      h('h2', {}, 'Folders'),
      folders.length > 0 ? folderList(folders, index) : h('p', { class: 'quiet-words' }, noFolderWords(library)),
    ),
    folderForm(index),
    h(
      'div',
      { class: 'notice-actions' },
      pruneButton(library, onstart),
      reindexButton(library, onstart),
      duplicatesLink(),
    ),
  ];
}

function folderList(folders, index) {
  return h(
    'ul',
    {},
    folders.map((folder) =>
      h(
        'li',
        {},
        h('span', { class: 'path' }, folder),
        h('button', { class: 'button', onclick: () => index(folder) }, 'Look for changes'),
      ),
    ),
  );
}

function noFolderWords(library) {
  return library?.files === 0
    ? 'None yet. Enter one below, or run auricle index FOLDER.'
    : 'Enter a folder of the library below to look for changes in it.';
}

function folderForm(index) {
  const field = h('input', {
    class: 'field',
    placeholder: '/home/me/Sounds',
    'aria-label': 'Folder to index',
    autocomplete: 'off',
    spellcheck: false,
  });
  return h(
    'form',
    {
      class: 'library-add',
      onsubmit: (event) => {
        event.preventDefault();
        const folder = field.value.trim();
        if (folder) index(folder);
        else field.focus();
      },
    },
    field,
    h('button', { class: 'button button-first' }, 'Index folder'),
  );
}

function pruneButton(library, onstart) {
  return h(
    'button',
    {
      class: 'button',
      onclick: () => onstart({ kind: 'prune' }),
      disabled: !library?.vanished,
      title: 'Your files are not touched',
    },
    'Forget vanished files',
  );
}

function reindexButton(library, onstart) {
  return h(
    'button',
    {
      class: 'button',
      onclick: () => onstart({ kind: 'reindex' }),
      disabled: !library?.files,
      title: 'Hears every sound again; labels and examples stay',
    },
    'Reindex',
  );
}

function duplicatesLink() {
  return h('a', { class: 'button', href: '#/duplicates' }, 'Find duplicates');
}
