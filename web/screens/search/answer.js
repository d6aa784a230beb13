// Owns the pieces of an answer that are not sounds: the line above weaker ones, what stands where nothing is likely, and
// the way to more.

import { h } from '../../parts/dom.js';
import { many, sentence } from '../../parts/format.js';
import { notice } from '../../parts/say.js';
import { identicalWords, nothingWords, readingLines } from './words.js';

/** The line above weaker matches. `hidden` of them are not listed; where none are, and `isAll` were asked for, they can be
 * hidden again. */
export function weakerLine(hidden, isAll, { onshow, onhide }) {
  const more = h('button', { class: 'link', onclick: onshow }, `Show ${many(hidden, 'more weaker match')}`);
  const fewer = h('button', { class: 'link', onclick: onhide }, 'Show fewer');
  const button = hidden > 0 ? more : isAll ? fewer : null;
  return h('li', { class: 'weaker' }, h('span', {}, 'Weaker matches'), button);
}

/** The line below the matches, where weaker ones are hidden. */
export function hiddenLine(hidden, onshow) {
  return h(
    'div',
    { class: 'weaker' },
    h('span', {}, `${many(hidden, 'weaker match')} hidden`),
    h('button', { class: 'link', onclick: onshow }, 'Show weaker matches'),
  );
}

/** What the words were read as; nothing where they were taken as they were typed. */
export function readingNote(found) {
  const lines = readingLines(found);
  if (lines.length === 0) return null;
  return h(
    'div',
    { class: 'reading' },
    lines.map((line) => h('p', {}, line)),
  );
}

/** Which copies of the example were left out. */
export function identicalLine(identical) {
  const words = identicalWords(identical);
  return words === '' ? null : h('p', { class: 'quiet-words' }, words);
}

/** What stands where no hit is likely; `onclear` takes the filters off. */
export function nothingNotice(found, { onclear }) {
  const { title, body, offer } = nothingWords(found);
  const button = {
    clear: () => h('button', { class: 'button', onclick: onclear }, 'Clear filters'),
  }[offer];
  return notice({ title, body, actions: button ? [button()] : [] });
}

/** What stands where the server refused what is asked, which is no fault: half a query, say. */
export function refusalNotice(error) {
  return notice({ title: 'This cannot be searched', body: sentence(error.detail ?? error.message) });
}

/** The way to more hits; `load()` gives a promise, and the button can be pressed again if it fails. */
export function moreButton(load) {
  const button = h(
    'button',
    {
      class: 'button more',
      onclick: async () => {
        button.disabled = true;
        await load();
        button.disabled = false;
      },
    },
    'More',
  );
  return button;
}
