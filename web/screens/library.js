// Owns the library screen: what is in it, its folders, jobs with their progress, and what could not be read. Its state is
// library/state.js.

import * as api from '../api.js';
import { fill, h, refill } from '../parts/dom.js';
import { nameOf } from '../parts/format.js';
import { JobCard } from '../parts/jobs.js';
import { announce, failure, notice, say, sayProblem, waiting } from '../parts/say.js';
import { isEmptyLibrary, library, libraryName, refresh, roots } from '../session.js';
import { failuresPart } from './library/failures.js';
import { foldersPanel } from './library/folders.js';
import * as states from './library/state.js';

/** Draws the screen into `root`. */
export function mount(root, frame) {
  return new LibraryScreen(root, frame);
}

class LibraryScreen {
  constructor(root, { signal }) {
    Object.assign(this, { signal, state: states.libraryState() });
    this.figures = h('div', { class: 'figures' });
    this.folders = h('section', { class: 'panel library-part', 'aria-label': 'Folders' });
    this.jobs = h('section', { class: 'library-jobs', 'aria-label': 'Jobs' });
    this.failed = h('section', { class: 'library-failed', 'aria-label': 'Failures' });
    fill(
      root,
      h(
        'div',
        { class: 'screen-head' },
        h('h1', {}, 'Library'),
        h('p', {}, 'Your files stay where they are and are never changed.'),
      ),
      this.figures,
      this.folders,
      this.jobs,
      this.failed,
    );
    this.#drawLibrary();
    this.#drawJobs();
    this.#loadFailed();
  }

  #drawLibrary() {
    const known = library();
    fill(this.figures, known ? states.figuresOf(known).map(figureCard) : waiting(1));
    fill(this.folders, foldersPanel({ library: known, folders: roots(), onstart: (request) => this.#start(request) }));
  }

  async #start(request) {
    try {
      const { job } = await api.startJob({ library: libraryName(), ...request });
      say(request.kind === 'index' ? `Indexing ${nameOf(request.folders[0])}` : 'Started');
      await this.#drawJobs(job);
    } catch (error) {
      sayProblem(error);
    }
  }

  /** Shows the jobs there are; the one called `focus` gets the focus. */
  async #drawJobs(focus) {
    try {
      const { jobs } = await api.jobs(this.signal);
      fill(this.jobs, jobs.length > 0 ? this.#jobsPart(jobs) : null);
      if (focus !== undefined) this.jobs.querySelector(`[data-job="${focus}"] button`)?.focus();
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(
        this.jobs,
        failure(error, () => this.#drawJobs()),
      );
    }
  }

  #jobsPart(jobs) {
    const ondone = (words) => this.#whenDone(words);
    const onstart = (request) => this.#start(request);
    const cards = jobs.map((job) => new JobCard(job, { signal: this.signal, ondone, onstart }).element);
    return [h('h2', {}, 'Jobs'), h('ul', { class: 'jobs' }, cards)];
  }

  async #whenDone(words) {
    announce(words);
    try {
      await refresh(this.signal);
      this.#drawLibrary();
      await this.#loadFailed();
    } catch (error) {
      sayProblem(error);
    }
  }

  /** Asks for files that could not be read, after those of them that stay. */
  async #loadFailed(offset = 0) {
    if (isEmptyLibrary()) return;
    try {
      const answer = await api.files(states.failedQuery(libraryName(), offset), this.signal);
      states.takeFailed(this.state, answer, offset);
      const more = () => this.#loadFailed(this.state.failed.length);
      refill(this.failed, failuresPart(this.state, roots(), more));
    } catch (error) {
      if (error.name === 'AbortError') return;
      fill(this.failed, notice({ kind: 'bad', title: 'The failures could not be loaded', body: error.message }));
    }
  }
}

function figureCard([number, words]) {
  return h(
    'div',
    { class: 'figure-card' },
    h('span', { class: 'figure-number' }, number),
    h('span', { class: 'quiet-words' }, words),
  );
}
