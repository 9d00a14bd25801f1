import { alertList, toShow } from './alerts.js';
import { get, giveKey, hasKey, Problem, post, readiness } from './api.js';
import { breakdownTable, sortedBy, WORST_FIRST } from './breakdown.js';
import { cards, isDocuments } from './cards.js';
import { byId, h, move, patch } from './dom.js';
import { dossierTable, pager } from './lists.js';
import { follow } from './live.js';
import { back, cursorOf, FIRST, forward } from './pages.js';
import { Panel } from './panel.js';
import { notReady, qualityList } from './quality.js';
import { BASES, DIMENSIONS, questionFrom, searchOf, WINDOWS } from './question.js';
import { problemBox, section, throttled } from './section.js';
import { Trend } from './trend.js';
import { unitNames, unitOptions } from './units.js';
import { nothingYet, verdictOf } from './verdict.js';
import { firstEvent, welcome } from './welcome.js';
import { wordsIn } from './words.js';

/** @typedef {import('./api.js').Objective} Objective */

/** Time moves figures, too: what is not due now is overdue later. So the page asks anew even when nothing is told. */
const POLL_MS = 30_000;
/** Without an answer for so long the figures count as old, and nothing is shown green. */
const OLD_MS = 90_000;
/** After so long the alerter answers with what it has just told. */
const SETTLED_MS = 1_000;
const STATES = ['overdue', 'due-soon', 'paused'];
const PAGE_SIZE = 10;
/** One beat for every answer. */
const PULSE = [{ transform: 'scale(1)' }, { transform: 'scale(1.6)' }, { transform: 'scale(1)' }];

let words = wordsIn(localStorage.getItem('nhip.language') === 'en' ? 'en' : 'vi');
let question = questionFrom(location.search);
let sorting = WORST_FIRST;
let workState = 'overdue';
let workPages = FIRST;
/** @type {readonly Objective[]} */
let objectives = [];
let serverNow = Date.now();
let position = '';
let heardAt = Date.now();
/** Since when the stream is down; null while it is up. @type {number | null} */
let downSince = null;
let connected = false;
/** @type {readonly string[]} */
let readyProblems = [];
/** @type {Map<string, string>} */
let verdicts = new Map();
let units = unitNames([]);
const openedAt = new Date();
const command = () => firstEvent(location.origin, openedAt, hasKey());

/** The newest store position that the stream has told of: what is asked for next must not be older than the news. */
let told = '0';
const filters = () => ({
  window: question.window === 'own' ? '' : question.window,
  basis: question.basis,
  unit: question.unit,
  asOf: question.asOf,
  minPosition: told,
});
const selected = () => objectives.find(({ id }) => id === question.objective) ?? objectives[0];
const isCurrent = () => !away && Date.now() - heardAt < OLD_MS;
/** The server could not be reached: what is shown is what was known before. */
let away = false;
/** @param {boolean} is */
function setAway(is) {
  if (away === is) return;
  away = is;
  showConnection();
  for (const one of [figures, alerts, ...details]) one.draw();
}
/** @param {unknown} problem */
const isAway = (problem) => problem instanceof Problem && problem.status === 0;
/** The figures tell of what is wrong with all; of a server that is away the banner does. @param {unknown} problem */
const isTold = (problem) => {
  const first = figures.problem();
  return problem instanceof Problem && first instanceof Problem && problem.status === first.status;
};
/** What is empty is known to be so only while the server answers. @param {import('./dom.js').Child} said */
const ifKnown = (said) => (isCurrent() ? said : h('p.empty', null, words.t('unknown')));
/** @param {string | null} unit */
const unitName = (unit) => (unit === null ? words.t('unstated') : units.nameOf(unit));
const getWords = () => words;

const figures = section(
  byId('cards'),
  async () => {
    const answer = await get('/v1/objectives', filters()).catch((error) => {
      setAway(isAway(error));
      throw error;
    });
    heardAt = Date.now();
    setAway(false);
    serverNow = Date.parse(answer.asOf);
    position = answer.position;
    objectives = answer.objectives;
    move(byId('live'), PULSE, { duration: 600, pseudoElement: '::before' });
    return objectives;
  },
  () => {
    showFrame();
    announceChanges();
    return cards({ objectives, selected: selected()?.id ?? '', current: isCurrent(), unitName }, words);
  },
  getWords,
  { isTold: isAway },
);

const trend = new Trend(byId('trend'), byId('trend-table'));
/** @param {string} what @param {Record<string, string>} [more] */
const ofSelected = async (what, more) => {
  const id = selected()?.id;
  return id === undefined
    ? undefined
    : get(`/v1/objectives/${encodeURIComponent(id)}/${what}`, { ...filters(), ...more });
};
const series = section(
  byId('trend-problem'),
  () => ofSelected('series'),
  (answer) => {
    if (answer) trend.show(answer, words);
    return null;
  },
  getWords,
  { nothing: () => trend.clear(), isTold },
);
const parts = section(
  byId('breakdown'),
  () => ofSelected('breakdown', { by: question.by }),
  (breakdown) => {
    const objective = selected();
    if (!breakdown || !objective) return null;
    return breakdownTable(
      { breakdown, sorting, documents: isDocuments(objective), nameOf: partName(breakdown.by) },
      words,
    );
  },
  getWords,
  { isTold },
);
const work = section(
  byId('work'),
  () =>
    get('/v1/dossiers', {
      state: workState,
      unit: question.unit,
      asOf: question.asOf,
      minPosition: told,
      limit: String(PAGE_SIZE),
      cursor: cursorOf(workPages),
    }),
  ({ items, next }) =>
    items.length === 0 && workPages === FIRST
      ? ifKnown(h('p.empty', null, words.code('work.empty', workState)))
      : [dossierTable(items, { now: serverNow, unitName }, words), pager('work', workPages, next, words)],
  getWords,
  { isTold },
);
const alerts = section(
  byId('alerts'),
  async () => (await get('/v1/alerts')).alerts,
  (all) => {
    const shown = toShow(all, question.asOf === '' ? serverNow : Date.now());
    const titleOf = (/** @type {string} */ id) => {
      const objective = objectives.find((one) => one.id === id);
      return objective ? words.of(objective.title) : id;
    };
    const list = alertList(shown, { unitName, titleOf }, words);
    return shown.length === 0 ? ifKnown(list) : list;
  },
  getWords,
  { isTold },
);
const quality = section(
  byId('quality'),
  deadLetters,
  (letters) =>
    qualityList(objectives, letters, words) ?? ifKnown(h('p.empty', null, words.t('quality.good'))),
  getWords,
  { isTold },
);
const panel = new Panel({
  words: getWords,
  filters,
  unitName,
  now: () => serverNow,
  objectives: () => objectives,
});
const details = [series, parts, work, quality];

/** Who may not see dead letters still sees how many there are. */
async function deadLetters() {
  try {
    return await get('/v1/dead-letters', { state: 'open', limit: '5' });
  } catch (error) {
    if (error instanceof Problem && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

async function refreshUnits() {
  try {
    const { items } = await get('/v1/units');
    units = unitNames(items);
    patch(byId('unit'), ...unitOptions(items, words));
    select('unit').value = question.unit;
  } catch {
    // The figures tell of the problem; without names the units show by their ids.
  }
}

async function refreshAll() {
  await Promise.all([figures.refresh(), refreshUnits(), alerts.refresh(), refreshReadiness()]);
  // Alerts name objectives, and cards name units, whichever came first.
  for (const one of [figures, alerts]) one.draw();
  await refreshDetails();
}

async function refreshDetails() {
  await Promise.all([...details.map((one) => one.refresh()), panel.refresh()]);
}

async function refreshReadiness() {
  try {
    readyProblems = notReady((await readiness()).checks, words);
  } catch {
    // Then nothing else answers either, and the page says that.
  }
  showConnection();
}

const figuresMoved = throttled(() => void figures.refresh(), 500);
const detailsMoved = throttled(() => void refreshDetails(), 2_000);
const alertsMoved = throttled(() => void alerts.refresh(), 500);

/** @param {'unit' | 'field' | 'procedure' | 'channel'} by @returns {(key: string | null) => string} */
function partName(by) {
  return (key) => {
    if (key === null) return words.t('unstated');
    if (by === 'unit') return unitName(key);
    return by === 'channel' ? words.code('channel', key) : key;
  };
}

function showFrame() {
  const fresh = nothingYet(objectives);
  byId('welcome').hidden = !fresh;
  for (const part of document.querySelectorAll('[data-figures]')) part.toggleAttribute('hidden', fresh);
  if (fresh) patch(byId('welcome'), welcome(command(), words));
  const objective = selected();
  for (const title of document.querySelectorAll('.of-objective'))
    title.textContent = objective ? words.of(objective.title) : '';
  showConnection();
}

/**
 * The first that holds: what was known at a past moment is not live, however well the page is connected.
 * @param {{ down: boolean, current: boolean, past: boolean, connected: boolean }} is
 */
const connectionState = ({ down, current, past, connected }) => {
  if (down) return 'reconnecting';
  if (!current) return 'stale';
  if (past) return 'past';
  return connected ? 'live' : 'connecting';
};

function showConnection() {
  const { t, since } = words;
  const current = isCurrent();
  const live = byId('live');
  const past = question.asOf !== '';
  const state = connectionState({ down: downSince !== null, current, past, connected });
  const time = since(state === 'stale' ? heardAt : (downSince ?? heardAt));
  live.dataset.state = state;
  const said = t(`live.${state}`, { time });
  if (live.textContent !== said) live.textContent = said;
  const missed = objectives.filter(({ status }) => status === 'breached').length;
  document.title = `${current ? (missed > 0 ? `✕${missed} ` : '') : '⚠ '}Nhịp – ${t('tagline')}`;
  patch(
    byId('as-of'),
    position !== '' && [
      h('span', null, t('asOf', { time: words.stamp(serverNow) })),
      !past && h('small', { title: t('position') }, ` #${position}`),
    ],
  );
  patch(
    byId('banner'),
    !current && h('p', null, t('live.staleLong', { time: since(heardAt) })),
    past &&
      position !== '' &&
      h(
        'p.past',
        null,
        `${t('past', { time: words.stamp(serverNow) })} `,
        h('a', { href: `${location.pathname}${searchOf({ ...question, asOf: '' })}` }, t('past.leave')),
      ),
    ...readyProblems.map((problem) => h('p', null, problem)),
  );
}

/** Says what changed to those who do not see it. */
function announceChanges() {
  const now = new Map(objectives.map((one) => [one.id, verdictOf(one, isCurrent())]));
  const changes = objectives.flatMap(({ id, title }) => {
    const [before, after] = [verdicts.get(id), now.get(id)];
    if (before === undefined || after === undefined || before === after) return [];
    return [words.t('changed', { title: words.of(title), verdict: words.code('verdict', after) })];
  });
  verdicts = now;
  if (changes.length > 0) byId('announce').textContent = changes.join('. ');
}

/** @param {string} id */
const select = (id) => /** @type {HTMLSelectElement} */ (byId(id));

function showTexts() {
  document.documentElement.lang = words.language;
  for (const element of document.querySelectorAll('[data-t]')) {
    element.textContent = words.t(/** @type {'skip'} */ (element.getAttribute('data-t')));
  }
  for (const element of document.querySelectorAll('[data-t-label]')) {
    element.setAttribute('aria-label', words.t(/** @type {'skip'} */ (element.getAttribute('data-t-label'))));
  }
  /** @param {string} id @param {readonly string[]} codes @param {string} group @param {string} value */
  const options = (id, codes, group, value) => {
    patch(byId(id), ...codes.map((code) => h('option', { value: code }, words.code(group, code))));
    select(id).value = value;
  };
  options('window', WINDOWS, 'window', question.window);
  options('basis', BASES, 'basis', question.basis);
  options('by', DIMENSIONS, 'by', question.by);
  options('work-state', STATES, 'state', workState);
  showConnection();
}

/** @param {readonly { supersede: () => void }[]} sections */
function supersedeAll(sections) {
  for (const one of sections) one.supersede();
}

/** @param {Partial<import('./question.js').Question>} change */
function ask(change) {
  question = { ...question, ...change };
  history.replaceState(null, '', `${location.pathname}${searchOf(question)}${location.hash}`);
}

/** @type {Record<string, (element: HTMLElement) => void>} */
const ACTIONS = {
  select: ({ dataset }) => {
    ask({ objective: dataset.objective ?? '' });
    figures.draw();
    supersedeAll([series, parts]);
    void refreshDetails();
  },
  sort: ({ dataset }) => {
    sorting = sortedBy(sorting, /** @type {import('./breakdown.js').Column} */ (dataset.column));
    parts.draw();
  },
  'next-page': ({ dataset }) => turnPage(dataset.list, (pages) => forward(pages, dataset.cursor ?? '')),
  'previous-page': ({ dataset }) => turnPage(dataset.list, back),
  language: () => {
    words = wordsIn(words.language === 'vi' ? 'en' : 'vi');
    localStorage.setItem('nhip.language', words.language);
    showTexts();
    void refreshUnits();
    for (const one of [figures, alerts, ...details]) one.draw();
    panel.draw();
  },
  print: () => print(),
  refresh: () => void refreshAll(),
  key: () => void giveKey().then((given) => (given ? refreshAll() : undefined)),
  copy: (button) => {
    void navigator.clipboard.writeText(command()).then(() => {
      button.textContent = words.t('welcome.copied');
    });
  },
  take: ({ dataset }) => void takeAlert(dataset.alert ?? ''),
  back: () => history.back(),
  close: () => panel.close(),
  dismiss: (button) => button.closest('dialog')?.close(),
};

/** @param {string | undefined} list @param {(pages: import('./pages.js').Pages) => import('./pages.js').Pages} turn */
function turnPage(list, turn) {
  if (list === 'evidence') return panel.turn(turn);
  workPages = turn(workPages);
  void work.refresh();
}

/** @param {string} id */
async function takeAlert(id) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('take-dialog'));
  const [by, comment] = ['take-by', 'take-comment'].map(
    (name) => /** @type {HTMLInputElement} */ (byId(name)),
  );
  if (!by || !comment) return;
  by.value = localStorage.getItem('nhip.name') ?? '';
  comment.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  if (dialog.returnValue !== 'take') return;
  localStorage.setItem('nhip.name', by.value);
  try {
    await post(`/v1/alerts/${encodeURIComponent(id)}/acknowledge`, { by: by.value, comment: comment.value });
    await alerts.refresh();
  } catch (error) {
    byId('alerts').prepend(problemBox(error, words));
  }
}

document.addEventListener('click', ({ target }) => {
  const element = target instanceof Element ? target.closest('[data-do]') : null;
  if (element instanceof HTMLElement) ACTIONS[element.dataset.do ?? '']?.(element);
});
byId('filters').addEventListener('change', () => {
  ask({ window: select('window').value, basis: select('basis').value, unit: select('unit').value });
  workPages = FIRST;
  supersedeAll([figures, series, parts, work]);
  void figures.refresh().then(refreshDetails);
});
byId('by').addEventListener('change', () => {
  ask({ by: select('by').value });
  parts.supersede();
  void parts.refresh();
});
byId('work-state').addEventListener('change', () => {
  workState = select('work-state').value;
  workPages = FIRST;
  work.supersede();
  void work.refresh();
});
addEventListener('hashchange', () => void panel.open(location.hash));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => series.draw());

/** On paper there is no clicking: what explains the figures is printed open. */
const explanations = () => document.querySelectorAll('.card details');
addEventListener('beforeprint', () => {
  for (const one of explanations()) one.toggleAttribute('open', true);
  // A control is cut off on paper: what was chosen is printed as text.
  for (const one of document.querySelectorAll('label > select')) {
    const chosen = /** @type {HTMLSelectElement} */ (one).selectedOptions[0]?.textContent ?? '';
    if (one.nextElementSibling) one.nextElementSibling.textContent = chosen;
  }
});
addEventListener('afterprint', () => {
  for (const one of explanations()) one.removeAttribute('open');
});

showTexts();
await refreshAll();
void panel.open(location.hash);
setInterval(() => void refreshAll(), POLL_MS);
setInterval(() => {
  showConnection();
  if (!isCurrent()) figures.draw();
}, 5_000);
void follow({
  up: () => {
    connected = true;
    downSince = null;
    showConnection();
    // What happened between the first questions and this connection was told to nobody here.
    figuresMoved();
    alertsMoved();
  },
  down: () => {
    connected = false;
    downSince ??= Date.now();
    showConnection();
    // Either only the stream has ended, or nothing answers any more.
    figuresMoved();
  },
  event: ({ event, id }) => {
    told = id.split('-', 1)[0] || told;
    if (event === 'alert') {
      // The fact is told as soon as it is stored, which may be a moment before `/v1/alerts` says the same.
      setTimeout(alertsMoved, SETTLED_MS);
      return alertsMoved();
    }
    figuresMoved();
    detailsMoved();
  },
});
