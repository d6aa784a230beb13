// Owns the drawing of the points: all of them in one call to WebGL, coloured by how well they answer a prompt.

import { colour } from '../theme.js';

const VERTEX = `
attribute vec2 place;
attribute float heat;
attribute float mark;
uniform vec2 middle;
uniform vec2 scale;
uniform float size;
uniform vec3 low;
uniform vec3 half_way;
uniform vec3 high;
uniform vec3 ring;
varying vec3 tint;
varying vec3 edge;
varying float alpha;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.5 - heat * 0.4 - mark * 0.1, 1.0);
  gl_PointSize = size * (1.0 + heat * 0.9 + mark * 0.5);
  tint = heat < 0.5 ? mix(low, half_way, heat * 2.0) : mix(half_way, high, heat * 2.0 - 1.0);
  edge = mark > 0.5 ? ring : tint;
  alpha = 0.72 + heat * 0.28;
}`;

const FRAGMENT = `
precision mediump float;
varying vec3 tint;
varying vec3 edge;
varying float alpha;
void main() {
  float far = length(gl_PointCoord - vec2(0.5)) * 2.0;
  if (far > 1.0) discard;
  gl_FragColor = vec4(far > 0.62 ? edge : tint, 1.0) * alpha;
}`;

/** The colours of the shader, by the names they have in the style sheet. */
const COLOURS = { low: 'heat-0', half_way: 'heat-1', high: 'heat-2', ring: 'ink' };

/** What the shader is given for each point, and how many numbers each has. */
const ATTRIBUTES = { place: 2, heat: 1, mark: 1 };

/** The points on a canvas. Throws where there is no WebGL. */
export class Points {
  constructor(canvas) {
    this.gl = canvas.getContext('webgl', { antialias: false, premultipliedAlpha: true, alpha: true });
    if (!this.gl) throw new Error('the map needs WebGL, which this browser does not have');
    const { gl } = this;
    this.program = linked(gl);
    gl.useProgram(this.program);
    this.buffers = Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, gl.createBuffer()]));
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Takes x, y, x, y …. */
  setPlaces(places) {
    this.len = places.length / 2;
    this.#fill('place', places);
    this.setHeat(new Float32Array(this.len));
    this.setMarks(new Float32Array(this.len));
  }

  /** Takes 0..=1 for each point. */
  setHeat(heat) {
    this.#fill('heat', heat);
  }

  /** Takes 1 for each point that is selected, else 0. */
  setMarks(marks) {
    this.#fill('mark', marks);
  }

  draw(view, width, height) {
    const { gl, program } = this;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const side = Math.min(width, height);
    const at = (name) => gl.getUniformLocation(program, name);
    gl.uniform2f(at('middle'), view.x, view.y);
    gl.uniform2f(at('scale'), (view.scale * side) / width, (view.scale * side) / height);
    gl.uniform1f(at('size'), sizeOf(this.len, view.scale) * (gl.drawingBufferWidth / width));
    for (const [name, shown] of Object.entries(COLOURS)) gl.uniform3fv(at(name), parts(colour(shown)));
    for (const [name, size] of Object.entries(ATTRIBUTES)) this.#bind(name, size);
    gl.drawArrays(gl.POINTS, 0, this.len);
  }

  #bind(name, size) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
  }

  #fill(name, values) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
  }
}

/** Few points are drawn large, many small; nearer ones grow a little. */
function sizeOf(len, scale) {
  const base = Math.min(9, Math.max(2, 120 / Math.sqrt(len + 1) + 1.6));
  return Math.min(26, base * Math.max(1, scale) ** 0.45);
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [type, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`the map cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  return program;
}

/** `#rrggbb` as three numbers in 0..=1. */
function parts(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}
