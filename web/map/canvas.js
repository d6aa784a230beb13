// Owns the pointer and the keys on the map: move, zoom, point, draw a lasso, and walk over it with the arrow keys.

import { colour } from '../theme.js';
import { h } from '../parts/dom.js';
import { Points } from './points.js';
import { View } from './view.js';

const REACH_PIXELS = 14;
const CLICK_PIXELS = 4;
const KEY_ZOOM = 1.3;
const STEP_PIXELS = 60;
const MARGIN_PIXELS = 20;
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class MapCanvas {
  /**
   * `onpoint(index)` is told what the pointer or the keys are at (−1: nothing), `onpick(index)` what is pressed,
   * `onlasso(loop)` where the lasso was drawn, and `onview()` that something else is seen.
   */
  constructor({ onpoint, onpick, onlasso, onview }) {
    Object.assign(this, {
      onpoint,
      onpick,
      onlasso,
      onview,
      view: new View(),
      ground: null,
      at: -1,
      loop: null,
      mode: 'move',
      drag: null,
      pinch: new Map(),
    });
    this.canvas = h('canvas', { class: 'map-points', 'aria-hidden': 'true' });
    this.over = h('canvas', { class: 'map-over', 'aria-hidden': 'true' });
    this.element = h(
      'div',
      {
        class: 'map-canvas',
        role: 'application',
        tabindex: '0',
        data: { keys: 'own' },
        'aria-label':
          'Map of the library. Arrow keys move from sound to sound, Space plays, Enter selects, plus and minus zoom, 0 shows all.',
      },
      this.canvas,
      this.over,
    );
    this.points = new Points(this.canvas);
    const { element } = this;
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#up(event));
    element.addEventListener('pointercancel', (event) => this.#up(event));
    element.addEventListener('pointerleave', () => this.drag === null && this.#point(-1));
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    element.addEventListener('keydown', (event) => this.#key(event));
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(element);
  }

  /** Shows a ground. */
  show(ground) {
    this.ground = ground;
    this.points.setPlaces(ground.places);
    this.draw();
  }

  setMode(mode) {
    this.mode = mode;
    this.element.dataset.mode = mode;
  }

  fit() {
    this.view.fit();
    this.draw();
  }

  zoom(factor) {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.view.zoom(factor, width / 2, height / 2, width, height);
    this.draw();
  }

  /** Draws with the next frame. */
  draw() {
    this.onview();
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || this.ground === null) return;
    const ratio = devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.over]) {
      if (canvas.width === Math.round(width * ratio) && canvas.height === Math.round(height * ratio)) continue;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.points.draw(this.view, width, height);
    const pen = this.over.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (this.at >= 0) this.#ring(pen, width, height);
    if (this.loop) this.#drawLoop(pen, width, height);
  }

  #ring(pen, width, height) {
    const [x, y] = this.view.toPixels(this.ground.x(this.at), this.ground.y(this.at), width, height);
    pen.beginPath();
    pen.arc(x, y, 11, 0, Math.PI * 2);
    pen.lineWidth = 5;
    pen.strokeStyle = colour('mark');
    pen.stroke();
    pen.lineWidth = 2;
    pen.strokeStyle = colour('ink');
    pen.stroke();
  }

  #drawLoop(pen, width, height) {
    pen.beginPath();
    for (const [x, y] of this.loop) pen.lineTo(...this.view.toPixels(x, y, width, height));
    pen.closePath();
    pen.globalAlpha = 0.25;
    pen.fillStyle = colour('mark');
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeStyle = colour('ink');
    pen.stroke();
  }

  #place(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top, box.width, box.height];
  }

  #down(event) {
    this.element.setPointerCapture(event.pointerId);
    const [x, y, width, height] = this.#place(event);
    this.pinch.set(event.pointerId, [x, y]);
    this.drag = { x, y, far: 0 };
    if (this.mode === 'lasso' || event.shiftKey) this.loop = [this.view.toGround(x, y, width, height)];
  }

  #move(event) {
    const [x, y, width, height] = this.#place(event);
    if (this.pinch.size === 2 && this.pinch.has(event.pointerId)) {
      this.#pinch(event.pointerId, x, y, width, height);
      return;
    }
    if (this.drag === null) {
      this.#point(this.#nearest(x, y, width, height));
      return;
    }
    this.drag.far += Math.abs(x - this.drag.x) + Math.abs(y - this.drag.y);
    if (this.loop) this.loop.push(this.view.toGround(x, y, width, height));
    else this.view.pan(x - this.drag.x, y - this.drag.y, width, height);
    Object.assign(this.drag, { x, y });
    this.draw();
  }

  #up(event) {
    this.pinch.delete(event.pointerId);
    if (this.drag === null) return;
    const [x, y, width, height] = this.#place(event);
    const isClick = this.drag.far < CLICK_PIXELS;
    this.drag = null;
    if (this.loop && !isClick) this.onlasso(this.loop);
    else if (isClick) {
      const at = this.#nearest(x, y, width, height);
      this.#point(at);
      this.onpick(at);
    }
    this.loop = null;
    this.draw();
  }

  #pinch(pointer, x, y, width, height) {
    const spread = () => {
      const [[ax, ay], [bx, by]] = [...this.pinch.values()];
      return { far: Math.hypot(ax - bx, ay - by), x: (ax + bx) / 2, y: (ay + by) / 2 };
    };
    const before = spread();
    this.pinch.set(pointer, [x, y]);
    const after = spread();
    this.loop = null;
    this.view.zoom(after.far / Math.max(1, before.far), after.x, after.y, width, height);
    this.view.pan(after.x - before.x, after.y - before.y, width, height);
    this.draw();
  }

  #wheel(event) {
    event.preventDefault();
    const [x, y, width, height] = this.#place(event);
    this.view.zoom(Math.exp(-event.deltaY * 0.0016), x, y, width, height);
    this.draw();
  }

  #nearest(x, y, width, height) {
    if (this.ground === null) return -1;
    const reach = this.view.reach(REACH_PIXELS, width, height);
    return this.ground.nearest(...this.view.toGround(x, y, width, height), reach);
  }

  #point(at) {
    if (at === this.at) return;
    this.at = at;
    this.onpoint(at);
    this.draw();
  }

  #key(event) {
    if (this.ground === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    const task = direction ? () => this.#go(direction, event.shiftKey) : this.#taskOf(event.key);
    if (!task) return;
    task();
    event.preventDefault();
    this.draw();
  }

  #taskOf(key) {
    const pick = () => this.onpick(this.at, key === 'Enter');
    return {
      '+': () => this.zoom(KEY_ZOOM),
      '=': () => this.zoom(KEY_ZOOM),
      '-': () => this.zoom(1 / KEY_ZOOM),
      0: () => this.fit(),
      ' ': this.at >= 0 ? pick : null,
      Enter: this.at >= 0 ? pick : null,
    }[key];
  }

  /** An arrow goes to the next point that way; with Shift it moves the view. */
  #go([x, y], isView) {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (isView) this.view.pan(-x * STEP_PIXELS, y * STEP_PIXELS, width, height);
    else this.#step(x, y, width, height);
  }

  #step(x, y, width, height) {
    const next = this.at < 0 ? this.ground.nearest(this.view.x, this.view.y, 1) : this.ground.towards(this.at, x, y);
    if (next < 0) return;
    this.#point(next);
    this.view.bringIn(this.ground.x(next), this.ground.y(next), { margin: MARGIN_PIXELS, width, height });
  }
}
