// Owns how a sound leaves the page: dragged out as a file, saved, or its path copied.

import { audioUrl } from '../api.js';
import { libraryName } from '../session.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { say } from './say.js';

const TYPES = {
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  mp4: 'audio/mp4',
  aiff: 'audio/aiff',
  aif: 'audio/aiff',
};

/** Lets `element` be dragged to the desktop or an editor as the file itself. */
export function makeDraggable(element, sound) {
  element.draggable = true;
  element.addEventListener('dragstart', (event) => {
    const url = audioUrl(sound, { library: libraryName() });
    const type = TYPES[sound.name.split('.').pop().toLowerCase()] ?? 'application/octet-stream';
    // Chromium drops this as a file; other browsers take the address.
    event.dataTransfer.setData('DownloadURL', `${type}:${sound.name.replaceAll(':', '_')}:${url}`);
    event.dataTransfer.setData('text/uri-list', url);
    event.dataTransfer.setData('text/plain', sound.path ?? sound.name);
    event.dataTransfer.setData('application/x-auricle', JSON.stringify({ id: sound.id, name: sound.name }));
    event.dataTransfer.effectAllowed = 'copy';
  });
}

/** A link that saves the file, and can be dragged out. */
export function saveLink(sound) {
  const link = h(
    'a',
    {
      class: 'iconic',
      href: audioUrl(sound, { library: libraryName() }),
      download: sound.name,
      title: 'Save, or drag into another program',
      'aria-label': `Save ${sound.name}`,
    },
    icon('out'),
  );
  makeDraggable(link, sound);
  return link;
}

/** Puts the path of a sound, or several lines of them, on the clipboard. */
export async function copyPaths(...paths) {
  const text = paths.join('\n');
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  say(paths.length === 1 ? 'Path copied' : `${paths.length} paths copied`);
}

/** For browsers that give the clipboard only to pages over https. */
function copyBySelection(text) {
  const field = h('textarea', { class: 'hidden-text', value: text });
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
