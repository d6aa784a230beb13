// Owns the player at the foot of the page: what plays, where in it, and how loud.

import { bind } from './keyboard.js';
import { fill, h } from './parts/dom.js';
import { clock, span } from './parts/format.js';
import { icon } from './parts/icons.js';
import { auditions, toggleAudition } from './parts/list.js';
import { Waveform } from './parts/waveform.js';
import { player } from './player.js';

const STEP_SECONDS = 1;
const OUTLINE_POINTS = 1600;

/** Puts the player into `element`; it is hidden until something plays. */
export function mountDock(element) {
  return new Dock(element);
}

class Dock {
  constructor(element) {
    this.element = element;
    this.waveform = null;
    this.play = playButton();
    this.title = h('span', { class: 'dock-title' });
    this.region = h('span', { class: 'dock-where figure' });
    this.time = h('span', { class: 'dock-time figure' });
    this.slider = positionSlider();
    this.loop = loopButton();
    this.audition = auditionButton();
    fill(
      element,
      this.play,
      h('div', { class: 'dock-name' }, this.title, this.region),
      this.slider,
      this.time,
      h('div', { class: 'dock-more' }, this.loop, this.audition, volumeSlider(), closeButton()),
    );
    this.#drawAudition();
    document.addEventListener('auricle:audition', () => this.#drawAudition());
    player.addEventListener('change', () => this.#draw());
    player.addEventListener('time', () => this.#drawTime());
    bindKeys();
  }

  #draw() {
    const { sound } = player;
    this.element.hidden = sound === null;
    document.body.classList.toggle('has-dock', sound !== null);
    if (sound === null) return;
    this.#drawWaveform(sound);
    this.title.textContent = sound.name;
    this.title.title = sound.path ?? '';
    this.region.textContent = player.region ? span(player.region.start, player.region.end) : '';
    this.element.classList.toggle('is-playing', player.isPlaying);
    this.play.setAttribute('aria-label', player.isPlaying ? 'Pause' : 'Play');
    this.loop.setAttribute('aria-pressed', String(player.isLooping));
    this.#drawTime();
  }

  #drawWaveform(sound) {
    if (this.waveform !== null && player.holds(this.waveform.sound)) return;
    this.waveform = new Waveform(sound, {
      points: OUTLINE_POINTS,
      moments: sound.moments ?? [],
      onseek: (at) => player.seek(at),
    });
    fill(this.slider, this.waveform.element);
  }

  #drawTime() {
    const [now, length] = [clock(player.seconds), clock(player.length)];
    this.time.textContent = `${now} / ${length}`;
    this.slider.setAttribute('aria-valuemax', player.length.toFixed(1));
    this.slider.setAttribute('aria-valuenow', player.seconds.toFixed(1));
    this.slider.setAttribute('aria-valuetext', `${now} of ${length}`);
  }

  #drawAudition() {
    this.audition.setAttribute('aria-pressed', String(auditions()));
  }
}

function bindKeys() {
  bind('Player', [
    { keys: ['l'], words: 'Toggle repeat', run: toggleLoop },
    { keys: ['Space'], words: 'Play or pause', run: () => player.toggle(), when: () => player.sound !== null },
  ]);
}

function toggleLoop() {
  player.setLooping(!player.isLooping);
}

function playButton() {
  return h(
    'button',
    { class: 'play play-large', 'aria-label': 'Play', onclick: () => player.toggle() },
    icon('play'),
    icon('pause'),
  );
}

function positionSlider() {
  return h('div', {
    class: 'dock-wave',
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Position in the sound',
    'aria-valuemin': '0',
    data: { keys: 'own' },
    onkeydown: onSliderKey,
  });
}

function onSliderKey(event) {
  const to = {
    ArrowRight: player.seconds + STEP_SECONDS,
    ArrowUp: player.seconds + STEP_SECONDS,
    ArrowLeft: player.seconds - STEP_SECONDS,
    ArrowDown: player.seconds - STEP_SECONDS,
    Home: 0,
    End: player.length,
  }[event.key];
  if (event.key === ' ' || event.key === 'Enter') player.toggle();
  else if (to !== undefined) player.seek(to);
  else return;
  event.preventDefault();
}

function loopButton() {
  return h(
    'button',
    {
      class: 'iconic',
      'aria-pressed': 'false',
      'aria-label': 'Repeat',
      title: 'Repeat the sound, or the moment that was found (l)',
      onclick: toggleLoop,
    },
    icon('loop'),
  );
}

function auditionButton() {
  return h(
    'button',
    { class: 'pill dock-audition', onclick: toggleAudition, title: 'Play each sound as you move to it (a)' },
    'Autoplay',
  );
}

function volumeSlider() {
  const slider = h('input', {
    class: 'volume',
    type: 'range',
    min: '0',
    max: '1',
    step: '0.05',
    value: String(player.audio.volume),
    'aria-label': 'Volume',
    oninput: () => player.setVolume(Number(slider.value)),
  });
  return h('label', { class: 'dock-volume' }, icon('loud'), slider);
}

function closeButton() {
  return h(
    'button',
    { class: 'iconic', 'aria-label': 'Close the player', title: 'Close', onclick: () => player.stop() },
    icon('close'),
  );
}
