// Owns one part of a query as a chip: its sign, its name, how much it counts, and its end.

import { nextWeight, partName } from '../query.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** A chip for `part` of `query`; both are changed in place, and `onchange()` is called after. */
export function queryChip(part, query, onchange) {
  const name = partName(part);
  return h(
    'li',
    { class: part.sign > 0 ? 'chip' : 'chip chip-no' },
    signButton(part, name, onchange),
    part.kind === 'text' ? null : icon(part.kind === 'with' ? 'teach' : 'like'),
    h('span', { class: 'chip-name' }, name),
    weightButton(part, name, onchange),
    removeButton(part, name, query, onchange),
  );
}

function signButton(part, name, onchange) {
  const words = part.sign > 0 ? ['Wanted', 'not wanted'] : ['Not wanted', 'wanted'];
  return h(
    'button',
    {
      type: 'button',
      class: 'chip-sign',
      'aria-label': `${name}: ${words[0].toLowerCase()}; change to ${words[1]}`,
      title: `${words[0]}; change to ${words[1]}`,
      onclick: () => {
        part.sign = -part.sign;
        onchange();
      },
    },
    icon(part.sign > 0 ? 'plus' : 'minus'),
  );
}

function weightButton(part, name, onchange) {
  return h(
    'button',
    {
      type: 'button',
      class: 'chip-weight figure',
      'aria-label': `${name}: weight ×${part.weight}; change`,
      title: 'Weight',
      onclick: () => {
        part.weight = nextWeight(part.weight);
        onchange();
      },
    },
    `×${part.weight}`,
  );
}

function removeButton(part, name, query, onchange) {
  return h(
    'button',
    {
      type: 'button',
      class: 'chip-close',
      'aria-label': `Remove ${name}`,
      onclick: () => {
        query.parts.splice(query.parts.indexOf(part), 1);
        onchange();
      },
    },
    icon('close'),
  );
}
