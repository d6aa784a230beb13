// Owns the suggestions below a field: folders, labels or words of tags that the library has and that what was typed is in.

import * as api from '../api.js';
import { libraryName } from '../session.js';
import { debounced, fill, h } from './dom.js';
import { many } from './format.js';

const PAUSE_MS = 160;
const SHOWN = 40;

/** Lets `input` suggest groups of one kind, `by` folder, label or tag. Gives the element that has to stand beside it. */
export function suggestions(input, by) {
  const list = h('datalist', { id: `suggested-${by}` });
  input.setAttribute('list', list.id);
  const ask = async () => {
    try {
      const { groups } = await api.groups({ library: libraryName(), by, text: input.value.trim(), limit: SHOWN });
      fill(
        list,
        groups
          .filter(({ name }) => by !== 'tag' || name.includes('='))
          .map(({ name, files }) => h('option', { value: name }, many(files, 'sound'))),
      );
    } catch {
      // Without suggestions one can still type.
    }
  };
  const later = debounced(ask, PAUSE_MS);
  input.addEventListener('focus', () => later());
  input.addEventListener('input', () => later());
  return list;
}
