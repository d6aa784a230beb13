// Owns what groups of sounds mean: which filter each is, and how it is called.

/** The kinds of groups, as the server calls them and as the panel does. */
export const KINDS = [
  { by: 'folder', words: 'Folders' },
  { by: 'label', words: 'Labels' },
  { by: 'tag', words: 'Tags' },
  { by: 'recorded', words: 'Recorded' },
  { by: 'changed', words: 'Changed' },
  { by: 'format', words: 'Format' },
  { by: 'length', words: 'Length' },
];

/** The filter that a group is: { name: value }; null for one that is none. */
export function filterOf({ by, name }) {
  switch (by) {
    case 'tag':
      return name.includes('=') ? { tag: name } : null;
    case 'recorded':
      return { recorded_from: name, recorded_to: name };
    case 'changed':
      return { from: name, to: name };
    case 'length': {
      const [shortest, longest] = name.split('..');
      return { shortest, longest };
    }
    default:
      return { [by]: name };
  }
}

/** Whether `filter` is set to that group. */
export function isChosen(group, filter) {
  const values = Object.entries(filterOf(group) ?? {});
  return values.length > 0 && values.every(([key, value]) => (filter[key] ?? '') === value);
}

/** How a group is called in the panel. */
export function groupName({ by, name }, { nameOf, lengthName }) {
  switch (by) {
    case 'folder':
      return nameOf(name) || name;
    case 'tag':
      return name.slice(name.indexOf('=') + 1);
    case 'format':
      return name.toUpperCase();
    case 'length':
      return lengthName(...name.split('..'));
    default:
      return name;
  }
}
