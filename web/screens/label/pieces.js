// Owns the pieces of an answer on the label screen: ideas before it, and one label's sounds as a list below it.

import { h } from '../../parts/dom.js';
import { percent } from '../../parts/format.js';
import { labelNames } from './words.js';

const IDEAS = ['dog, cat, birds', 'rain, wind, thunder', 'speech, laughter, applause', 'siren, engine, train, bells'];
const LABELS_SHOWN = 3;

/** What stands there before a label is typed; `ask(labels)` asks for those of an idea. */
export function labelIdeas(ask) {
  return h(
    'div',
    { class: 'welcome' },
    h(
      'section',
      {},
      h('h2', {}, 'For example'),
      h(
        'div',
        { class: 'ideas' },
        IDEAS.map((words) => h('button', { class: 'idea', onclick: () => ask(labelNames(words)) }, words)),
      ),
    ),
    h(
      'p',
      { class: 'quiet-words' },
      'A label can have its own threshold and prompt: ',
      h('code', {}, 'siren @0.7 = a siren wails'),
    ),
  );
}

/** The panel with the sounds of one label. */
export function labelList(title, list, onclose) {
  return h(
    'section',
    { class: 'bucket-list' },
    h('div', { class: 'dialog-head' }, h('h2', {}, title), h('button', { class: 'button', onclick: onclose }, 'Close')),
    list,
  );
}

/** How probable labels are for a sound, and their shares among all labels, as chips. */
export function presenceChips(sound) {
  return sound.labels
    .slice(0, LABELS_SHOWN)
    .map(({ label, presence, share, present }) =>
      h(
        'span',
        { class: present ? 'why why-exact' : 'why' },
        `${label} ${percent(presence)} `,
        h('span', { class: 'quiet-words' }, `share ${percent(share)}`),
      ),
    );
}
