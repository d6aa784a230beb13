// Owns one job as it is shown: how far the server says it has come, what failed on the way, a button to stop it, and one to
// reindex without the files that are missing.

import * as api from '../api.js';
import { fill, h } from './dom.js';
import { nameOf } from './format.js';
import {
  endName,
  isRunning,
  jobName,
  missingWords,
  progressWords,
  resultWords,
  shareDone,
  withoutMissing,
  withoutMissingWords,
} from './progress.js';
import { sayProblem } from './say.js';

const FAILURES_SHOWN = 3;

/** A card for `job`; `ondone(words)` is called when it ends while it is shown, `onstart(request)` to start another one. */
export class JobCard {
  constructor(job, { signal, ondone, onstart }) {
    Object.assign(this, { job, signal, ondone, onstart, failures: [...job.failures] });
    this.bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
    this.words = h('p', { class: 'job-words figure' });
    this.problems = h('ul', { class: 'job-problems' });
    this.stop = h('button', { class: 'button button-no', onclick: () => this.#cancel() }, 'Stop');
    this.state = h('span', { class: 'job-state' });
    this.element = h(
      'li',
      { class: 'panel job', data: { job: job.job } },
      h('div', { class: 'job-head' }, h('h3', {}, jobName(job.kind)), this.state, this.stop),
      this.bar,
      this.words,
      this.problems,
    );
    this.#drawProgress(job.progress ?? {}, isRunning(job.state));
    this.#drawProblems();
    this.#setState(job.state, job);
    if (isRunning(job.state)) this.#follow();
  }

  #follow() {
    const events = api.jobEvents(this.job.job);
    this.signal.addEventListener('abort', () => events.close());
    events.addEventListener('progress', ({ data }) => this.#drawProgress(JSON.parse(data), true));
    events.addEventListener('failure', ({ data }) => this.#addFailure(JSON.parse(data)));
    events.addEventListener('done', ({ data }) => {
      events.close();
      this.#end(data ? JSON.parse(data) : {});
    });
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED)
        this.#setState('failed', { reason: 'The server is not responding.' });
    });
  }

  async #cancel() {
    this.stop.disabled = true;
    await api.cancelJob(this.job.job).catch(sayProblem);
  }

  #addFailure(failure) {
    if (!this.failures.some(({ path }) => path === failure.path)) this.failures.push(failure);
    this.#drawProblems();
  }

  #end(job) {
    const { progress, state = 'done' } = job;
    if (progress) this.#drawProgress(progress, false);
    this.#setState(state, job);
    this.ondone(`${jobName(this.job.kind)}: ${endName(state)}`);
  }

  #drawProgress(progress, isUnderWay) {
    const share = shareDone(progress);
    if (share > 0) this.bar.value = share;
    this.words.textContent = isUnderWay ? progressWords(progress) : resultWords(progress);
  }

  #setState(state, { reason, missing }) {
    this.state.textContent = endName(state);
    this.state.dataset.state = state;
    this.stop.hidden = !isRunning(state);
    this.bar.hidden = !isRunning(state);
    if (missing) fill(this.problems, this.#missingItem(missing));
    else if (reason) fill(this.problems, h('li', {}, reason));
  }

  #missingItem(missing) {
    const retry = () => this.onstart(withoutMissing(this.job));
    const words = withoutMissingWords(this.job.kind, missing);
    const title = 'The library forgets what is missing';
    return h(
      'li',
      {},
      h('p', {}, missingWords(this.job.kind, missing)),
      h('button', { class: 'button', onclick: retry, title }, words),
    );
  }

  #drawProblems() {
    const before = this.failures.length - FAILURES_SHOWN;
    fill(
      this.problems,
      this.failures
        .slice(-FAILURES_SHOWN)
        .map(({ path = '', reason }) => h('li', {}, h('strong', {}, nameOf(path)), ` ${reason}`)),
      before > 0 ? h('li', { class: 'quiet-words' }, `and ${before} earlier`) : null,
    );
  }
}
