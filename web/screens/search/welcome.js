// Owns what stands on the search screen before anything is asked: ideas, recent searches, and ways without words.

import { h } from '../../parts/dom.js';
import { many } from '../../parts/format.js';
import { icon } from '../../parts/icons.js';
import { notice } from '../../parts/say.js';

const IDEAS = [
  'rain on a tin roof',
  'a door slams',
  'crowd applauding',
  'birds at dawn',
  'glass breaking',
  'a siren passes by',
];

/** What to begin with; `ask(text)` searches for one of the ideas, `onall()` lists everything. */
export function welcome({ library, recent, ask, onall }) {
  return h(
    'div',
    { class: 'welcome' },
    recent.length > 0 ? ideas('Recent searches', recent, ask) : null,
    ideas('For example', IDEAS, ask),
    h(
      'section',
      { class: 'welcome-ways' },
      h('h2', {}, 'Or without words'),
      h(
        'p',
        {},
        icon('library'),
        h(
          'span',
          {},
          h('button', { class: 'link', onclick: onall }, 'Browse all sounds'),
          ', by folder, label or date.',
        ),
      ),
      h('p', {}, icon('file'), 'Drop a sound anywhere on the page, or paste it.'),
      h('p', {}, icon('mic'), 'Record one: hum it, tap it, imitate it.'),
      h('p', {}, icon('like'), 'Press “More like this” on any sound.'),
    ),
    library
      ? h(
          'p',
          { class: 'quiet-words' },
          `${many(library.files, 'sound')} in “${library.name}”, indexed with the model ${library.model}.`,
        )
      : null,
  );
}

/** What to do with a library that has no sounds yet. */
export function emptyWelcome() {
  return notice({
    title: 'The library is empty',
    body: 'Index a folder of sounds first. Your files stay where they are, and nothing leaves this computer.',
    actions: [h('a', { class: 'button button-first', href: '#/library' }, 'Add a folder')],
  });
}

function ideas(title, texts, ask) {
  return h(
    'section',
    {},
    h('h2', {}, title),
    h(
      'div',
      { class: 'ideas' },
      texts.map((text) => h('button', { class: 'idea', onclick: () => ask(text) }, text)),
    ),
  );
}
