// Owns how a sound, or a part of it, leaves the page: dragged out as a file, saved, or its path copied.

import { audioUrl } from '../api.js';
import { libraryName } from '../session.js';
import { clipName } from './clips.js';
import { h } from './dom.js';
import { span } from './format.js';
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

/**
 * Lets `element` be dragged to the desktop or an editor: as the file itself, or where `regionOf()` gives { start, end }, as
 * that part of it, which the server cuts out.
 */
export function makeDraggable(element, sound, regionOf = () => null) {
  element.draggable = true;
  element.addEventListener('dragstart', (event) => {
    const { url, name, type } = carried(sound, regionOf());
    // Chromium drops this as a file; other browsers take the address.
    event.dataTransfer.setData('DownloadURL', `${type}:${name.replaceAll(':', '_')}:${url}`);
    event.dataTransfer.setData('text/uri-list', url);
    event.dataTransfer.setData('text/plain', sound.path ?? sound.name);
    event.dataTransfer.setData('application/x-auricle', JSON.stringify({ id: sound.id, name: sound.name }));
    event.dataTransfer.effectAllowed = 'copy';
  });
}

/** A link that saves the file, or the part of it that `regionOf()` gives, and can be dragged out. */
export function saveLink(sound, regionOf = () => null) {
  const link = h('a', { class: 'iconic' }, icon('out'));
  link.aim = () => {
    const region = regionOf();
    const { url, name } = carried(sound, region);
    const what = region ? `${span(region.start, region.end)} as WAV` : 'the file';
    link.href = url;
    link.download = name;
    link.title = `Save ${what}, or drag it into another program`;
    link.setAttribute(
      'aria-label',
      region ? `Save ${span(region.start, region.end)} of ${sound.name}` : `Save ${sound.name}`,
    );
  };
  link.aim();
  makeDraggable(link, sound, regionOf);
  return link;
}

/** Saves text as a file. */
export function saveText(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

/** What a sound, or a part of it, is outside the page: its address, its name and its type. */
function carried(sound, region) {
  const library = libraryName();
  if (region && sound.id) {
    const { start, end } = region;
    const url = audioUrl(sound, { library, format: 'wav', start: start.toFixed(6), end: end.toFixed(6) });
    return { url, name: clipName(sound, region), type: TYPES.wav };
  }
  const type = TYPES[sound.name.split('.').pop().toLowerCase()] ?? 'application/octet-stream';
  return { url: audioUrl(sound, { library }), name: sound.name, type };
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
