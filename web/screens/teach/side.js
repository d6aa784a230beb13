// Owns the side of the teach screen: what a head has learned and was answered, or the heads there are.

import { h } from '../../parts/dom.js';
import { headFigures, headList } from '../../parts/heads.js';
import { icon } from '../../parts/icons.js';
import { tally } from './state.js';

const ANSWERS_SHOWN = 8;

/** What is known of the head that is taught; `onundo` takes an answer back, `onleave` goes to another head. */
export function headSide(state, { onundo, onleave }) {
  const { latest, yes, no } = tally(state);
  return [
    h('h2', {}, state.name),
    headFigures(state.facts),
    h(
      'div',
      { class: 'tally' },
      h('span', {}, icon('up'), String(yes)),
      h('span', {}, icon('down'), String(no)),
      latest.length > 0 ? h('button', { class: 'link', onclick: onundo }, 'Undo') : null,
    ),
    latest.length > 0
      ? h('ol', { class: 'answers' }, latest.slice(0, ANSWERS_SHOWN).map(answerItem))
      : h('p', { class: 'quiet-words' }, 'It starts learning with the first yes.'),
    h(
      'div',
      { class: 'notice-actions' },
      state.facts ? headLinks(state.name) : null,
      h('button', { class: 'button', onclick: onleave }, 'Teach another'),
    ),
  ];
}

/** The heads that were taught before. */
export function headsSide(heads, { ongo, onchange }) {
  const none = 'None yet. A head is saved with the library; you can search and label with it.';
  return [
    h('h2', {}, 'Heads'),
    heads.length > 0 ? headList(heads, { ongo, onchange }) : h('p', { class: 'quiet-words' }, none),
  ];
}

function answerItem({ isYes, sound }) {
  return h('li', { class: isYes ? '' : 'is-no' }, icon(isYes ? 'up' : 'down'), h('span', {}, sound.name));
}

function headLinks(name) {
  const head = encodeURIComponent(name);
  return [
    h('a', { class: 'button button-first', href: `#/search?and=with:${head}` }, 'Search with it'),
    h('a', { class: 'button', href: `#/label?with=${head}` }, 'Label with it'),
  ];
}
