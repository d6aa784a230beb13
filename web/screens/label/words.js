// Owns the words of the label screen: how many sounds have a label, what a list is called, what was saved.

import { bucketName, NONE } from '../../parts/bucketing.js';
import { count, many } from '../../parts/format.js';

/** `3 labels · 12 of 18 sounds have one`. */
export function summaryOf({ labels, total, none }) {
  return `${many(labels.length, 'label')} · ${count(total - none)} of ${many(total, 'sound')} have one`;
}

/** `rain: 240 sounds, the best 100 shown`. */
export function listTitle(label, number, shown) {
  const which = label === NONE ? 'the first' : 'the best';
  const cut = number > shown ? `, ${which} ${count(shown)} shown` : '';
  return `${bucketName(label)}: ${many(number, 'sound')}${cut}`;
}

/** How many labels were saved. */
export function savedWords(counts = {}) {
  const number = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return `${many(number, 'label')} saved: searches can now be filtered by label`;
}

/** Which of a timeline is shown at once. */
export function storedWords({ hop }) {
  return `From what the library remembers, every ${Number(hop.toFixed(2))} s.`;
}

/** How finely a sound was heard. */
export function heardWords({ hop, window }) {
  return `Heard every ${Number(hop.toFixed(2))} s, ${Number(window.toFixed(2))} s at a time.`;
}

/** The events of a sound as parts of it that are called after their labels. */
export function eventSounds(sound, events) {
  return events.map(({ label, start, end, score }) => ({ ...sound, name: label, start, end, score, labels: [label] }));
}

/** The name in `siren @0.7 = a siren wails`. */
export function labelName(label) {
  return label.split(/[=@]/)[0].trim();
}

/** The names in `dog, cat, birds`. */
export function labelNames(words) {
  return words.split(',').map(labelName).filter(Boolean);
}
