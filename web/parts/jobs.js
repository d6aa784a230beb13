// Owns one job as it is shown: its progress as the server tells it, what failed on the way, and a button to stop it.

import * as api from '../api.js';
import { fill, h } from './dom.js';
import { bytes, count, long, many, nameOf, percent } from './format.js';
import { sayProblem } from './say.js';

const NAMES = { index: 'Indexing', prune: 'Forgetting what has vanished', reindex: 'Moving to another model' };
const ENDS = { done: 'Done', cancelled: 'Stopped', failed: 'Failed' };
const FAILURES_SHOWN = 3;

/** A card for `job`; `ondone(words)` is called when it ends while it is shown. */
export function jobCard(job, { signal, ondone }) {
  const failures = [...job.failures];
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  const words = h('p', { class: 'job-words figure' });
  const problems = h('ul', { class: 'job-problems' });
  const stop = h(
    'button',
    {
      class: 'button button-no',
      onclick: async () => {
        stop.disabled = true;
        await api.cancelJob(job.job).catch(sayProblem);
      },
    },
    'Stop',
  );
  const state = h('span', { class: 'job-state' });
  const card = h(
    'li',
    { class: 'panel job', data: { job: job.job } },
    h('div', { class: 'job-head' }, h('h3', {}, NAMES[job.kind] ?? job.kind), state, stop),
    bar,
    words,
    problems,
  );
  show(job.progress ?? {}, !isRunning(job.state));
  drawProblems();
  setState(job.state, job);
  if (isRunning(job.state)) follow();
  return card;

  function follow() {
    const events = api.jobEvents(job.job);
    signal.addEventListener('abort', () => events.close());
    events.addEventListener('progress', ({ data }) => show(JSON.parse(data)));
    events.addEventListener('failure', ({ data }) => {
      const failure = JSON.parse(data);
      if (!failures.some(({ path }) => path === failure.path)) failures.push(failure);
      drawProblems();
    });
    events.addEventListener('done', ({ data }) => {
      events.close();
      const end = data ? JSON.parse(data) : {};
      if (end.progress) show(end.progress, true);
      setState(end.state ?? 'done', end);
      ondone(`${NAMES[job.kind] ?? job.kind}: ${state.textContent}`);
    });
    events.addEventListener('error', async () => {
      if (events.readyState !== EventSource.CLOSED) return;
      setState('failed', { reason: 'the server does not answer' });
    });
  }

  function show(progress, isOver = false) {
    const { bytes: done = 0, of_bytes: all = 0, files = 0, of_files: allFiles = 0, seconds = 0 } = progress;
    const share = all > 0 ? done / all : allFiles > 0 ? files / allFiles : 0;
    if (share > 0) bar.value = share;
    const heard = seconds > 0 ? `${long(seconds)} of sound` : null;
    const parts = isOver
      ? [many(files, 'file'), heard]
      : [
          allFiles > 0 ? `${count(files)} of ${many(allFiles, 'file')}` : null,
          all > 0 ? `${bytes(done)} of ${bytes(all)}` : null,
          share > 0 ? percent(share) : null,
          heard,
        ];
    words.textContent = parts.filter(Boolean).join(' · ');
  }

  function setState(name, end) {
    const running = isRunning(name);
    state.textContent = running ? '' : (ENDS[name] ?? name);
    state.dataset.state = name;
    stop.hidden = !running;
    bar.hidden = !running;
    if (end.reason) fill(problems, h('li', {}, end.reason));
  }

  function drawProblems() {
    fill(
      problems,
      failures
        .slice(-FAILURES_SHOWN)
        .map((failure) => h('li', {}, h('strong', {}, nameOf(failure.path ?? '')), ` ${failure.reason}`)),
      failures.length > FAILURES_SHOWN
        ? h('li', { class: 'quiet-words' }, `and ${failures.length - FAILURES_SHOWN} before`)
        : null,
    );
  }
}

function isRunning(state) {
  return state === 'running';
}
