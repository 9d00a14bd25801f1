import { Problem } from './api.js';
import { h, patch } from './dom.js';

/** @typedef {import('./words.js').Words} Words */

/** @param {unknown} error @param {Words} words */
export function problemBox(error, { t, code }) {
  const problem = error instanceof Problem ? error : new Problem(0, { code: 'page', detail: String(error) });
  const needsKey = problem.code === 'unauthenticated' || problem.code === 'forbidden';
  return h(
    'div.problem',
    { role: 'alert' },
    h('p', null, h('b', null, code('problem', problem.code))),
    problem.detail && h('p', { lang: 'en' }, problem.detail),
    needsKey
      ? h('button', { type: 'button', 'data-do': 'key' }, t('key.give'))
      : h('button', { type: 'button', 'data-do': 'refresh' }, t('retry')),
  );
}

/**
 * One part of the page: loads what it shows and shows it, keeping the last answer visible under a problem. Of several loads
 * only the one begun last counts.
 * @template Value
 * @param {HTMLElement} box
 * @param {() => Promise<Value>} load
 * @param {(value: Value) => import('./dom.js').Child} view
 * @param {() => Words} words
 * @param {object} [more]
 * @param {() => void} [more.nothing] called when there is nothing to show any more
 * @param {(problem: unknown) => boolean} [more.isTold] whether the page tells of a problem elsewhere: then what is not known is only shown as that
 */
export function section(box, load, view, words, { nothing = () => {}, isTold = () => false } = {}) {
  let turn = 0;
  /** @type {{ value: Value } | undefined} */
  let last;
  /** @type {unknown} */
  let problem;
  /** What is shown answers an earlier question: it may stay, dimmed, until the answer comes, but not beside a problem. */
  let superseded = false;

  /** @param {boolean} is */
  const supersede = (is) => {
    superseded = is;
    box.toggleAttribute('data-superseded', is);
  };

  const draw = () => {
    const waiting = last === undefined && problem === undefined;
    const told = problem !== undefined && isTold(problem);
    patch(
      box,
      problem !== undefined && !told && problemBox(problem, words()),
      waiting && h('p.empty', null, words().t('loading')),
      told && !last && h('p.empty', null, words().t('unknown')),
      last && view(last.value),
    );
    if (last === undefined) nothing();
  };

  return {
    draw,
    problem: () => problem,
    supersede: () => supersede(true),
    forget() {
      last = undefined;
      problem = undefined;
    },
    async refresh() {
      turn += 1;
      const mine = turn;
      if (last === undefined) draw();
      try {
        const value = await load();
        if (mine !== turn) return;
        last = { value };
        problem = undefined;
      } catch (error) {
        if (mine !== turn) return;
        problem = error;
        if (superseded) last = undefined;
      }
      supersede(false);
      draw();
    },
  };
}

/**
 * Calls at once, and while calls come faster than `ms` only once in that time, the last one always.
 * @param {() => void} call @param {number} ms
 */
export function throttled(call, ms) {
  let last = Number.NEGATIVE_INFINITY;
  let timer = 0;
  return () => {
    if (timer !== 0) return;
    timer = window.setTimeout(
      () => {
        timer = 0;
        last = performance.now();
        call();
      },
      Math.max(0, last + ms - performance.now()),
    );
  };
}
