// Owns which sounds of a list are selected, whatever page of it they are on: with the mouse, the keyboard, or all at once.

/** What a sound is called among those that are selected: a file may be listed by several of its moments. */
export function selectionKey({ id, start }, isByMoment) {
  return isByMoment ? `${id}@${start}` : String(id);
}

export class Selection extends EventTarget {
  constructor() {
    super();
    this.sounds = new Map();
    this.anchor = -1;
  }

  get size() {
    return this.sounds.size;
  }

  has(key) {
    return this.sounds.has(key);
  }

  /** All that are selected, in the order in which they were. */
  all() {
    return [...this.sounds.values()];
  }

  /** Selects a sound, or no longer. */
  toggle(key, sound) {
    if (!this.sounds.delete(key)) this.sounds.set(key, sound);
    this.tell();
  }

  /** Selects sounds beside those that are: [[key, sound]]. */
  add(sounds) {
    for (const [key, sound] of sounds) this.sounds.set(key, sound);
    this.tell();
  }

  clear() {
    if (this.size === 0) return;
    this.sounds.clear();
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('change'));
  }
}
