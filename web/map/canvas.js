// Owns what hands do on the map: move, zoom, point, loop a lasso, and walk over it with the arrow keys.

import { colour } from '../theme.js';
import { h } from '../parts/dom.js';
import { Points } from './points.js';
import { View } from './ground.js';

const REACH_PIXELS = 14;
const CLICK_PIXELS = 4;
const KEY_ZOOM = 1.3;
const STEP_PIXELS = 60;

export class MapCanvas {
  /**
   * `onpoint(index)` is told what the pointer or the keys are at (−1: nothing), `onpick(index)` what is pressed,
   * `onlasso(indices)` what was looped.
   */
  constructor({ onpoint, onpick, onlasso }) {
    Object.assign(this, {
      onpoint,
      onpick,
      onlasso,
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
          'Map of the library. Arrow keys go from sound to sound, Space plays, Enter chooses, plus and minus zoom, 0 shows all.',
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
    else this.#pan(x - this.drag.x, y - this.drag.y, width, height);
    Object.assign(this.drag, { x, y });
    this.draw();
  }

  #up(event) {
    this.pinch.delete(event.pointerId);
    if (this.drag === null) return;
    const [x, y, width, height] = this.#place(event);
    const isClick = this.drag.far < CLICK_PIXELS;
    this.drag = null;
    if (this.loop && !isClick) this.onlasso(this.ground.inside(this.loop));
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
    this.#pan(after.x - before.x, after.y - before.y, width, height);
    this.draw();
  }

  #pan(x, y, width, height) {
    const half = (Math.min(width, height) / 2) * this.view.scale;
    this.view.x -= x / half;
    this.view.y += y / half;
  }

  #wheel(event) {
    event.preventDefault();
    const [x, y, width, height] = this.#place(event);
    this.view.zoom(Math.exp(-event.deltaY * 0.0016), x, y, width, height);
    this.draw();
  }

  #nearest(x, y, width, height) {
    if (this.ground === null) return -1;
    const reach = REACH_PIXELS / ((Math.min(width, height) / 2) * this.view.scale);
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
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (direction && event.shiftKey)
      this.#pan(
        -direction[0] * STEP_PIXELS,
        direction[1] * STEP_PIXELS,
        this.element.clientWidth,
        this.element.clientHeight,
      );
    else if (direction) this.#step(direction);
    else if (event.key === '+' || event.key === '=') this.zoom(KEY_ZOOM);
    else if (event.key === '-') this.zoom(1 / KEY_ZOOM);
    else if (event.key === '0') this.fit();
    else if ((event.key === ' ' || event.key === 'Enter') && this.at >= 0) this.onpick(this.at, event.key === 'Enter');
    else return;
    event.preventDefault();
    this.draw();
  }

  #step([x, y]) {
    const next = this.at < 0 ? this.ground.nearest(this.view.x, this.view.y, 1) : this.ground.towards(this.at, x, y);
    if (next < 0) return;
    this.#point(next);
    const [pixelX, pixelY] = this.view.toPixels(
      this.ground.x(next),
      this.ground.y(next),
      this.element.clientWidth,
      this.element.clientHeight,
    );
    const isOut =
      pixelX < 20 || pixelY < 20 || pixelX > this.element.clientWidth - 20 || pixelY > this.element.clientHeight - 20;
    if (isOut) Object.assign(this.view, { x: this.ground.x(next), y: this.ground.y(next) });
  }
}
