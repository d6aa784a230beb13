// Owns the drawing of one waveform: the outline, what has been played, and the best moments as a marker pen would show
// them.

import { player } from '../player.js';
import { colour, onTheme } from '../theme.js';
import { h } from './dom.js';
import { clock, span } from './format.js';
import { barsOf, loudestOf } from './outline.js';
import { peaksOf } from './peaks.js';

const BAR = 2;
const GAP = 1;
/** What the mouse moves further than this is no click. */
const DRAG_PIXELS = 4;

const drawn = new WeakMap();
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) drawn.get(target)?.appear();
  },
  { rootMargin: '200px' },
);
const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.draw();
});
const living = new Set();

onTheme(() => each((waveform) => waveform.draw()));
player.addEventListener('time', () => each((waveform) => waveform.follow()));
player.addEventListener('change', () => each((waveform) => waveform.follow()));

/**
 * The waveform of `sound`. `moments` are marked; `points` is how fine it is; a click plays from there. Where there is
 * `onselect(region)`, a stretch that the mouse is dragged over is selected; a click selects nothing.
 */
export class Waveform {
  constructor(sound, { moments = [], points = 480, onseek = null, onselect = null, best = null } = {}) {
    Object.assign(this, { sound, points, peaks: null, hasAppeared: false, at: -1, hover: -1, moments, best });
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.element = h('div', { class: 'waveform' }, this.canvas);
    this.region = null;
    if (onselect) this.#letSelect(onselect);
    const seek = (event) => this.#seek(event, onseek);
    this.element.addEventListener('click', seek);
    this.element.addEventListener('pointermove', (event) => this.#point(event));
    this.element.addEventListener('pointerleave', () => this.#point(null));
    drawn.set(this.element, this);
    living.add(new WeakRef(this));
    seen.observe(this.element);
    sized.observe(this.element);
  }

  get seconds() {
    return this.sound.duration_seconds || (player.holds(this.sound) ? player.length : 0);
  }

  /** Asks for the outline when it comes into sight. */
  appear() {
    if (this.hasAppeared || !this.element.isConnected) return;
    this.hasAppeared = true;
    seen.unobserve(this.element);
    peaksOf(this.sound, this.points).then(
      (peaks) => {
        this.peaks = peaks;
        this.onknown?.();
        this.draw();
      },
      () => this.element.classList.add('is-missing'),
    );
  }

  /** Follows the player if it holds this sound. */
  follow() {
    const at = player.holds(this.sound) ? player.seconds : -1;
    if (at === this.at) return;
    this.at = at;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const pen = this.canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#drawMoments(pen, width, height);
    this.#drawRegion(pen, width, height);
    this.#drawBars(pen, width, height);
    this.#drawCursors(pen, width, height);
  }

  #drawMoments(pen, width, height) {
    if (!this.seconds) return;
    for (const [rank, { start, end }] of [...this.moments.entries()].reverse()) {
      const x = (start / this.seconds) * width;
      const wide = Math.max(3, ((end - start) / this.seconds) * width);
      pen.globalAlpha = rank === 0 ? 1 : 0.55;
      pen.fillStyle = colour('mark-soft');
      pen.fillRect(x, 0, wide, height);
      pen.fillStyle = colour('mark-line');
      pen.fillRect(x, height - 3, Math.max(3, wide - 1), 3);
      pen.globalAlpha = 1;
    }
  }

  /** Selects a stretch, or nothing. */
  select(region) {
    this.region = region;
    this.draw();
  }

  /** Fingers scroll the page; only the mouse and the pen select. */
  #letSelect(onselect) {
    let from = null;
    this.element.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'touch' || event.button !== 0 || !this.seconds) return;
      from = this.#clock(event);
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (from === null) return;
      const to = this.#clock(event);
      if (Math.abs(to.x - from.x) > DRAG_PIXELS) this.select(this.#between(from.seconds, to.seconds));
    });
    this.element.addEventListener('pointerup', (event) => {
      const hasDragged = from !== null && Math.abs(this.#clock(event).x - from.x) > DRAG_PIXELS;
      this.hasDragged = hasDragged;
      from = null;
      if (!hasDragged) this.select(null);
      onselect(this.region);
    });
    this.element.addEventListener('pointercancel', () => {
      from = null;
    });
  }

  #between(one, other) {
    const inside = (seconds) => Math.min(Math.max(0, seconds), this.seconds);
    return { start: inside(Math.min(one, other)), end: inside(Math.max(one, other)) };
  }

  #drawRegion(pen, width, height) {
    if (this.region === null || !this.seconds) return;
    const x = (this.region.start / this.seconds) * width;
    const wide = Math.max(2, ((this.region.end - this.region.start) / this.seconds) * width);
    pen.globalAlpha = 0.3;
    pen.fillStyle = colour('mark-line');
    pen.fillRect(x, 0, wide, height);
    pen.globalAlpha = 1;
    pen.fillRect(x, 0, 1.5, height);
    pen.fillRect(x + wide - 1.5, 0, 1.5, height);
  }

  #drawBars(pen, width, height) {
    if (!this.peaks || this.peaks.length === 0) return;
    const middle = height / 2;
    const scale = (middle - 4) / loudestOf(this.peaks);
    const played = this.at >= 0 && this.seconds ? (this.at / this.seconds) * width : -1;
    const [plain, done] = [colour('wave'), colour('wave-played')];
    for (const [bar, [low, high]] of barsOf(this.peaks, Math.floor(width / (BAR + GAP))).entries()) {
      const x = bar * (BAR + GAP);
      pen.fillStyle = x < played ? done : plain;
      pen.fillRect(x, middle - Math.max(0.75, high * scale), BAR, Math.max(1.5, (high - low) * scale));
    }
  }

  #drawCursors(pen, width, height) {
    if (!this.seconds) return;
    if (this.hover >= 0) {
      pen.fillStyle = colour('ink-3');
      pen.fillRect(this.hover, 0, 1, height);
    }
    if (this.at >= 0) {
      pen.fillStyle = colour('playhead');
      pen.fillRect(Math.min(width - 2, (this.at / this.seconds) * width), 0, 2, height);
    }
  }

  #clock(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, seconds: ((event.clientX - box.left) / box.width) * this.seconds };
  }

  #point(event) {
    const { x, seconds } = event === null ? { x: -1, seconds: 0 } : this.#clock(event);
    this.hover = x;
    const moment = this.moments.find(({ start, end }) => seconds >= start && seconds <= end);
    const words = moment ? `Best moment, ${span(moment.start, moment.end)}` : clock(seconds);
    this.element.title = event === null ? '' : words;
    this.draw();
  }

  #seek(event, onseek) {
    // The end of a drag is a click too.
    if (!this.seconds || this.hasDragged) return;
    const { seconds } = this.#clock(event);
    if (onseek) onseek(seconds);
    else player.play(this.sound, { at: seconds });
  }
}

function each(task) {
  for (const reference of living) {
    const waveform = reference.deref();
    if (waveform === undefined) living.delete(reference);
    else if (waveform.element.isConnected) task(waveform);
  }
}
