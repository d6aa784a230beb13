// Owns the library screen: what is in it, the folders, jobs with their progress, and what could not be read, with
// reasons.

import * as api from '../api.js';
import { copyPaths } from '../parts/carry.js';
import { fill, h } from '../parts/dom.js';
import { count, folderOf, long, many, nameOf } from '../parts/format.js';
import { jobCard } from '../parts/jobs.js';
import { announce, failure, notice, say, sayProblem, waiting } from '../parts/say.js';
import { isEmptyLibrary, libraryName, library, refresh, roots } from '../session.js';

const PAGE = 50;

export const title = 'Library';

/** Draws the screen into `root`. */
export function mount(root, { signal }) {
  const figures = h('div', { class: 'figures' });
  const work = h('section', { class: 'panel library-part', 'aria-label': 'Folders' });
  const jobs = h('section', { class: 'library-jobs', 'aria-label': 'Jobs' });
  const failed = h('section', { class: 'library-failed', 'aria-label': 'What could not be read' });
  fill(
    root,
    h(
      'div',
      { class: 'screen-head' },
      h('h1', {}, 'Library'),
      h('p', {}, 'Files stay where they are; auricle keeps what it heard beside them.'),
    ),
    figures,
    work,
    jobs,
    failed,
  );
  drawFigures();
  drawWork();
  drawJobs();
  drawFailed();

  function drawFigures() {
    const known = library();
    if (!known) {
      fill(figures, waiting(1));
      return;
    }
    const figure = (number, words) =>
      h(
        'div',
        { class: 'figure-card' },
        h('span', { class: 'figure-number' }, number),
        h('span', { class: 'quiet-words' }, words),
      );
    fill(
      figures,
      figure(count(known.files), 'sounds'),
      figure(long(known.seconds), 'to listen to'),
      figure(count(known.segments), known.moments === false ? 'vectors' : 'vectors, with moments'),
      figure(count(known.failed), 'could not be read'),
      figure(count(known.vanished), 'have vanished'),
      figure(known.model.split('/').at(-1), 'is the model'),
    );
  }

  function drawWork() {
    const field = h('input', {
      class: 'field',
      placeholder: '/home/me/Sounds',
      'aria-label': 'A folder to index',
      autocomplete: 'off',
      spellcheck: false,
    });
    const folders = roots();
    fill(
      work,
      h(
        'div',
        { class: 'library-folders' },
        h('h2', {}, 'Folders'),
        folders.length > 0
          ? h(
              'ul',
              {},
              folders.map((folder) =>
                h(
                  'li',
                  {},
                  h('span', { class: 'path' }, folder),
                  h(
                    'button',
                    { class: 'button', onclick: () => start({ kind: 'index', folders: [folder] }) },
                    'Look for changes',
                  ),
                ),
              ),
            )
          : h(
              'p',
              { class: 'quiet-words' },
              library()?.files === 0
                ? 'None yet. Name one below, or run auricle index FOLDER.'
                : 'Look for changes in any folder of the library:',
            ),
      ),
      h(
        'form',
        {
          class: 'library-add',
          onsubmit: (event) => {
            event.preventDefault();
            const folder = field.value.trim();
            if (folder) start({ kind: 'index', folders: [folder] });
            else field.focus();
          },
        },
        field,
        h('button', { class: 'button button-first' }, 'Index folder'),
      ),
      h(
        'div',
        { class: 'notice-actions' },
        h(
          'button',
          {
            class: 'button',
            onclick: () => start({ kind: 'prune' }),
            disabled: !library()?.vanished,
            title: 'The files themselves are never touched',
          },
          'Forget what has vanished',
        ),
        h('a', { class: 'button', href: '#/duplicates' }, 'Look at duplicates'),
      ),
    );
  }

  async function start(request) {
    try {
      const { job } = await api.startJob({ library: libraryName(), ...request });
      say(request.kind === 'index' ? `Indexing ${nameOf(request.folders[0])}` : 'Started');
      await drawJobs(job);
    } catch (error) {
      sayProblem(error);
    }
  }

  async function drawJobs(focus) {
    try {
      const answer = await api.jobs(signal);
      const all = answer.jobs;
      if (all.length === 0) {
        fill(jobs);
        return;
      }
      fill(
        jobs,
        h('h2', {}, 'Jobs'),
        h(
          'ul',
          { class: 'jobs' },
          all.map((job) => jobCard(job, { signal, ondone: whenDone })),
        ),
      );
      if (focus !== undefined) jobs.querySelector(`[data-job="${focus}"] button`)?.focus();
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(
          jobs,
          failure(error, () => drawJobs()),
        );
    }
  }

  async function whenDone(words) {
    announce(words);
    try {
      await refresh(signal);
      drawFigures();
      drawWork();
      drawFailed();
    } catch (error) {
      sayProblem(error);
    }
  }

  async function drawFailed(offset = 0) {
    if (isEmptyLibrary()) return;
    try {
      const { files, total } = await api.files(
        { library: libraryName(), state: 'failed', limit: PAGE, offset },
        signal,
      );
      if (offset === 0) fill(failed);
      if (total === 0) {
        if (library()?.files > 0)
          fill(failed, h('h2', {}, 'Failures'), h('p', { class: 'quiet-words' }, 'None: every sound could be read.'));
        return;
      }
      if (offset === 0)
        failed.append(h('h2', {}, `${many(total, 'file')} could not be read`), h('ul', { class: 'failures' }));
      const list = failed.querySelector('.failures');
      list.append(
        ...files.map((file) =>
          h(
            'li',
            {},
            h(
              'div',
              {},
              h('strong', {}, nameOf(file.path)),
              h('span', { class: 'sound-folder' }, folderOf(file.path, roots())),
            ),
            h('p', {}, h('span', { class: 'stage' }, file.stage), ` ${file.reason}`),
            h(
              'button',
              { class: 'link', onclick: () => copyPaths(file.path), 'aria-label': `Copy path of ${nameOf(file.path)}` },
              'Copy path',
            ),
          ),
        ),
      );
      failed.querySelector('.more')?.remove();
      if (offset + files.length < total)
        failed.append(h('button', { class: 'button more', onclick: () => drawFailed(offset + PAGE) }, 'More'));
    } catch (error) {
      if (error.name !== 'AbortError')
        fill(failed, notice({ kind: 'bad', title: 'The failures cannot be shown', body: error.message }));
    }
  }

  return {};
}
