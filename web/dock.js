// Owns the player at the foot of the page: what plays, where in it, and how loud.

import { bind } from './keyboard.js';
import { h, fill } from './parts/dom.js';
import { place, stretch } from './parts/format.js';
import { icon } from './parts/icons.js';
import { auditions, toggleAudition } from './parts/list.js';
import { Waveform } from './parts/waveform.js';
import { player } from './player.js';

const STEP_SECONDS = 1;

/** Puts the player into `dock`; it is hidden until something plays. */
export function mountDock(dock) {
  let waveform = null;
  const play = h(
    'button',
    { class: 'play play-large', 'aria-label': 'Play', onclick: () => player.toggle() },
    icon('play'),
    icon('pause'),
  );
  const title = h('span', { class: 'dock-title' });
  const where = h('span', { class: 'dock-where figure' });
  const time = h('span', { class: 'dock-time figure' });
  const slider = h('div', {
    class: 'dock-wave',
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Place in the sound',
    'aria-valuemin': '0',
    data: { keys: 'own' },
  });
  const loop = h(
    'button',
    {
      class: 'iconic',
      'aria-pressed': 'false',
      'aria-label': 'Repeat',
      title: 'Repeat, the moment if there is one (l)',
      onclick: toggleLoop,
    },
    icon('loop'),
  );
  const audition = h(
    'button',
    { class: 'pill dock-audition', onclick: toggleAudition, title: 'Play each sound you move to (a)' },
    'Play on arrows',
  );
  const volume = h('input', {
    class: 'volume',
    type: 'range',
    min: '0',
    max: '1',
    step: '0.05',
    value: String(player.audio.volume),
    'aria-label': 'Volume',
    oninput: () => player.setVolume(Number(volume.value)),
  });
  const close = h(
    'button',
    { class: 'iconic', 'aria-label': 'Put the player away', title: 'Put away', onclick: () => player.stop() },
    icon('close'),
  );
  fill(
    dock,
    play,
    h('div', { class: 'dock-name' }, title, where),
    slider,
    time,
    h('div', { class: 'dock-more' }, loop, audition, h('label', { class: 'dock-volume' }, icon('loud'), volume), close),
  );

  slider.addEventListener('keydown', (event) => {
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
  });

  function toggleLoop() {
    player.setLooping(!player.isLooping);
  }

  function onChange() {
    dock.hidden = player.sound === null;
    document.body.classList.toggle('has-dock', player.sound !== null);
    if (player.sound === null) return;
    if (waveform === null || !player.holds(waveform.sound)) {
      waveform = new Waveform(player.sound, {
        points: 1600,
        moments: player.sound.moments ?? [],
        onseek: (at) => player.seek(at),
      });
      fill(slider, waveform.element);
    }
    title.textContent = player.sound.name;
    title.title = player.sound.path ?? '';
    where.textContent = player.region ? stretch(player.region.start, player.region.end) : '';
    dock.classList.toggle('is-playing', player.isPlaying);
    play.setAttribute('aria-label', player.isPlaying ? 'Pause' : 'Play');
    loop.setAttribute('aria-pressed', String(player.isLooping));
    onTime();
  }

  function onTime() {
    time.textContent = `${place(player.seconds)} / ${place(player.length)}`;
    slider.setAttribute('aria-valuemax', player.length.toFixed(1));
    slider.setAttribute('aria-valuenow', player.seconds.toFixed(1));
    slider.setAttribute('aria-valuetext', `${place(player.seconds)} of ${place(player.length)}`);
  }

  const onAudition = () => audition.setAttribute('aria-pressed', String(auditions()));
  onAudition();
  document.addEventListener('auricle:audition', onAudition);
  player.addEventListener('change', onChange);
  player.addEventListener('time', onTime);
  bind('Player', [
    { keys: ['l'], words: 'Repeat', run: toggleLoop },
    { keys: ['Space'], words: 'Play or pause', run: () => player.toggle(), when: () => player.sound !== null },
  ]);
}
