// Owns the state of the duplicates screen: the groups, which kind is shown and how many, and what was set aside.

import { named } from '../../parts/format.js';

/** Groups that are drawn at once. */
const PAGE = 25;

/** The state that an address stands for, with the names of the groups that were set `aside` on earlier visits. */
export function duplicatesState(parameters, aside) {
  return { groups: [], ...shownIn(parameters), aside: new Set(aside) };
}

/** What an address says is shown: of which kind, and how many groups. */
export function shownIn(parameters) {
  return { kind: parameters.get('kind') ?? '', shown: Math.max(PAGE, Number(parameters.get('shown')) || 0) };
}

/** The state as the parameters of an address. */
export function toParameters({ kind, shown }) {
  return new URLSearchParams({ ...(kind ? { kind } : {}), ...(shown > PAGE ? { shown } : {}) });
}

/** Takes the groups of an answer. */
export function takeGroups(state, groups) {
  state.groups = groups.map((group) => ({ ...group, files: group.files.map(named) }));
}

/** Shows groups of another kind, from the first on. */
export function showKind(state, kind) {
  Object.assign(state, { kind, shown: PAGE });
}

/** Shows some more groups. */
export function showMore(state) {
  state.shown += PAGE;
}

/** Sets a group aside. */
export function setAside(state, group) {
  state.aside.add(groupName(group));
}

/** Brings all groups back. */
export function bringBack(state) {
  state.aside.clear();
}

/** The groups that are not set aside, of one kind or of all. */
export function openGroups({ groups, aside }, kind = '') {
  return groups.filter((group) => !aside.has(groupName(group)) && (!kind || group.kind === kind));
}

/** How many groups of this library are set aside. */
export function asideCount({ groups, aside }) {
  return groups.filter((group) => aside.has(groupName(group))).length;
}

/** The same for a group from one visit to the next: the paths of its files. */
function groupName({ files }) {
  return files
    .map(({ path }) => path)
    .sort()
    .join('\n');
}
