// Owns a list of sounds of any length: only the rows in sight are there, and only the pages that hold them were asked for.

import { h } from './dom.js';
import { auditions, SoundList } from './list.js';
import { pagesOf, rowsInSight, topOf } from './rows.js';
import { sayProblem } from './say.js';
import { player } from '../player.js';

/** How high rows are; css/browse.css says the same. */
const HEIGHTS = { rows: 72, table: 40 };
const PAGE = 100;
const MOST_PAGES = 60;
const MARGIN = 8;

export class LongList extends SoundList {
  /** As a list, and `rowOf(sound)` makes a row; `onrow(row)` is told of each. */
  constructor({ rowOf, onrow = null, ...options }) {
    super(options);
    Object.assign(this, { rowOf, onrow, shown: new Map(), extra: new Map(), total: 0, height: HEIGHTS.rows, frame: 0 });
    this.element.classList.add('is-long');
    this.sized = new ResizeObserver((entries) => this.#measure(entries));
    const draw = () => this.#drawSoon();
    addEventListener('scroll', draw, { passive: true, signal: options.signal });
    addEventListener('resize', draw, { signal: options.signal });
    player.addEventListener('change', () => this.#follow(), { signal: options.signal });
  }

  get length() {
    return this.total;
  }

  get current() {
    return this.shown.get(this.at);
  }

  /** Shows a list of which `first` is the first page; `ask({ offset, limit })` gives others, `layout` is rows or table. */
  begin({ files, total, ask, layout }) {
    this.#clear();
    Object.assign(this, { total, ask, height: HEIGHTS[layout], at: total > 0 ? 0 : -1, pages: new Map() });
    this.pages.set(0, files);
    this.#draw();
  }

  /** The number of sounds that are asked for at once. */
  get page() {
    return PAGE;
  }

  choose(at, { focus = true } = {}) {
    this.current?.setCurrent(false);
    const isOther = at !== this.at;
    this.at = at;
    if (focus) this.#bringIn(at);
    this.#draw();
    this.current?.setCurrent(true);
    this.wantsFocus = focus && !this.current;
    if (focus) this.current?.playButton.focus({ preventScroll: true });
    if (isOther) this.onplace?.();
  }

  there() {
    return [...this.shown.values()];
  }

  soundsFrom(from, to) {
    const sounds = Array.from({ length: to - from + 1 }, (_, at) => this.#soundAt(from + at));
    return sounds.filter(Boolean);
  }

  /** The one that was to be located is the current one already. */
  chooseNamed(_isMeant, { isShown }) {
    if (isShown && this.at > 0) this.#bringIn(this.at);
  }

  move(by) {
    super.move(by);
    this.wantsPlay = this.wantsFocus && auditions();
  }

  /** Forgets all rows: nothing is shown. */
  #clear() {
    for (const row of this.shown.values()) row.element.remove();
    this.element.replaceChildren();
    this.shown.clear();
    this.extra.clear();
    this.bones?.clear();
    this.bones = new Map();
  }

  #drawSoon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#draw();
    });
  }

  #draw() {
    if (!this.element.isConnected || !this.pages) return;
    this.element.style.setProperty('--rows-height', `${topOf(this.total, this.height, this.extra)}px`);
    const [first, end] = this.#inSight();
    for (const page of pagesOf(first, end, PAGE)) this.#ask(page);
    this.#removeOutside(first, end);
    for (let at = first; at < end; at += 1) this.#place(at);
  }

  #inSight() {
    const { top } = this.element.getBoundingClientRect();
    const { height, extra, total } = this;
    return rowsInSight({ from: -top, to: innerHeight - top, margin: MARGIN }, { height, extra, total });
  }

  /** The row in focus stays, or the focus would be lost. */
  #removeOutside(first, end) {
    const isOutside = (at) => at < first || at >= end;
    for (const [at, bone] of this.bones) {
      if (!isOutside(at) && !this.#soundAt(at)) continue;
      bone.remove();
      this.bones.delete(at);
    }
    for (const [at, row] of this.shown) {
      if (!isOutside(at) || row.element.contains(document.activeElement)) continue;
      this.sized.unobserve(row.element);
      row.element.remove();
      this.shown.delete(at);
    }
  }

  #soundAt(at) {
    return this.pages.get(Math.floor(at / PAGE))?.[at % PAGE];
  }

  #place(at) {
    const element = this.shown.get(at)?.element ?? this.#fresh(at);
    const top = `${topOf(at, this.height, this.extra)}px`;
    if (element.style.getPropertyValue('--top') !== top) element.style.setProperty('--top', top);
  }

  #fresh(at) {
    const sound = this.#soundAt(at);
    if (!sound) return this.#bone(at);
    const row = this.rowOf(sound);
    this.shown.set(at, row);
    row.oncurrent = () => this.choose(at, { focus: false });
    row.onopen = () => this.onplace?.();
    this.letSelect(row, () => at);
    row.setPlace(at, this.total);
    row.setCurrent(at === this.at);
    row.follow();
    this.#insert(at, row.element);
    this.sized.observe(row.element);
    this.onrow?.(row);
    if (at === this.at && this.wantsFocus) this.#focusLate(row);
    return row.element;
  }

  /** The row that keys went to has come. */
  #focusLate(row) {
    this.wantsFocus = false;
    row.playButton.focus({ preventScroll: true });
    if (this.wantsPlay) row.play();
  }

  #bone(at) {
    if (this.bones.has(at)) return this.bones.get(at);
    const bone = h('li', { class: 'bone', 'aria-hidden': 'true' });
    this.bones.set(at, bone);
    this.#insert(at, bone);
    return bone;
  }

  /** Rows stand in their order, for those who hear the page and for the tab key. */
  #insert(at, element) {
    element.rowNumber = at;
    const after = [...this.element.children].find((each) => each.rowNumber > at);
    this.element.insertBefore(element, after ?? null);
  }

  async #ask(page) {
    if (this.pages.has(page)) return;
    const { pages } = this;
    pages.set(page, null);
    try {
      const { files } = await this.ask({ offset: page * PAGE, limit: PAGE });
      if (this.pages !== pages) return;
      pages.set(page, files);
      if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value);
      this.#drawSoon();
    } catch (error) {
      pages.delete(page);
      sayProblem(error);
    }
  }

  #bringIn(at) {
    const top = this.element.getBoundingClientRect().top + topOf(at, this.height, this.extra);
    const style = getComputedStyle(document.documentElement);
    const above = Number.parseFloat(style.scrollPaddingTop) || 0;
    const below = innerHeight - (Number.parseFloat(style.scrollPaddingBottom) || 0);
    if (top < above) scrollBy({ top: top - above, behavior: 'instant' });
    else if (top + this.height > below) scrollBy({ top: top + this.height - below, behavior: 'instant' });
  }

  /** A row that is open is higher than others. */
  #measure(entries) {
    for (const { target } of entries) {
      const at = target.rowNumber;
      const more = Math.round(target.offsetHeight - this.height);
      if (more > 0) this.extra.set(at, more);
      else this.extra.delete(at);
    }
    this.#drawSoon();
  }

  #follow() {
    for (const row of this.shown.values()) row.follow();
  }
}
