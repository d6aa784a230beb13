// Owns the words of the duplicates screen: the kinds there are, how much is spare, and what an empty list means.

import { audioFormat, bytes, duration, many } from '../../parts/format.js';

/** The kinds of groups: the server's name, the title, and what it means. */
export const KINDS = [
  ['same bytes', 'Same bytes', 'The files are identical, byte for byte.'],
  ['same recording', 'Same recording', 'The same recording, encoded or trimmed differently.'],
  ['near-identical', 'Near-identical', 'They sound almost the same, but may be different takes.'],
];

/** `3 groups, 4 spare files`; nothing where there is no group. */
export function statusOf(groups) {
  const spare = groups.reduce((sum, group) => sum + group.files.length - 1, 0);
  return groups.length > 0 ? `${many(groups.length, 'group')}, ${many(spare, 'spare file')}` : '';
}

/** What to say where no group is listed, by how many there are in the library and how many are not set aside. */
export function emptyWords(all, open) {
  if (all === 0) return { title: 'No duplicates', body: 'No two sounds in this library are alike.' };
  if (open > 0) return { title: 'None of this kind', body: 'There are groups of another kind.' };
  return { title: 'All groups are set aside', body: 'This browser remembers which groups you set aside.' };
}

/** The title of a group and what it means. */
export function groupWords({ kind, cosine }) {
  const [, title, meaning] = KINDS.find(([name]) => name === kind) ?? [kind, kind, ''];
  const hasCosine = cosine && kind !== 'same bytes';
  return { title, meaning: hasCosine ? `${meaning} Cosine ${cosine.toFixed(3)}.` : meaning };
}

/** The facts of a file, and whether the files of its group differ in them: [{ words, differs }]. */
export function factsOf(file, files) {
  const facts = [
    [audioFormat(file), audioFormat],
    [duration(file.duration_seconds ?? 0), (each) => duration(each.duration_seconds ?? 0)],
    [file.bytes ? bytes(file.bytes) : '', (each) => each.bytes],
  ];
  return facts
    .filter(([words]) => words)
    .map(([words, value]) => ({ words, differs: new Set(files.map(value)).size > 1 }));
}
