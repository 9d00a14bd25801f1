import type { DossierAccount } from '../../shared/books/dossier/accounts.ts';
import type { DossierFact, FactStatus } from '../../shared/books/dossier/fact.ts';
import { DOSSIER_STATUSES } from '../../shared/books/dossier/status.v1.ts';
import type { Moment } from '../../shared/kernel/clock.ts';

/** As a fact has it: a moment as a number, a day as its date. */
type Time = DossierFact['time'];

/**
 * A second, slow computation of a dossier's life for tests to compare with: the rules as a table, history as a plain array that
 * is filtered and copied, and the question put the other way round: where does it stand at the end of a given local date?
 * It knows only the offset +07:00 and shares no code with what it checks.
 */
export interface OracleLife {
  readonly standingOn: (date: string) => OracleStanding;
  readonly receivedAt: Time | null;
  readonly endedAt: Time | null;
  readonly dueAt: Time | null;
  readonly originalDueAt: Time | null;
  /** It is on time because its hour on the due day is unknown. */
  readonly endsByDay: boolean;
  readonly reversions: number;
  readonly uses: Readonly<Record<string, 'moves' | 'ignored' | 'replaced' | 'evidence'>>;
}

export interface OracleStanding {
  readonly account: DossierAccount;
  /** Date, with a limit in hours date and minute, after which it is overdue; of the open account in force. */
  readonly due: string | null;
  readonly original: string | null;
}

type Phase = 'outside' | 'refused' | 'working' | 'paused' | 'settled' | 'withdrawn';
type Action =
  | 'intake'
  | 'pause'
  | 'resume'
  | 'refuse'
  | 'settle'
  | 'hand-over'
  | 'withdraw'
  | 'reopen'
  | 'too-late';

const WORK: readonly FactStatus[] = ['received', 'in-progress'];
const ENDS: readonly FactStatus[] = ['completed', 'intake-refused'];
/** A time that the sender's dialect made up is no date of an end. */
const provesEnd = (fact: DossierFact, handedOver: HandOver | null): boolean =>
  fact.timeInferred !== true || fact.finishedAt !== undefined || handedOver !== null;
const WAIT: readonly FactStatus[] = ['supplement-requested', 'payment-requested'];
const row = (statuses: readonly FactStatus[], ...actions: Action[]) =>
  Object.fromEntries(statuses.map((status) => [status, actions]));

const RULES: Record<Phase, Partial<Record<FactStatus, readonly Action[]>>> = {
  outside: {
    ...row(WORK, 'intake'),
    ...row([...WAIT, 'stopped'], 'intake', 'pause'),
    ...row(['intake-refused'], 'refuse'),
    ...row(['completed'], 'intake', 'settle'),
    ...row(['returned'], 'intake', 'hand-over'),
    ...row(['withdrawn'], 'intake', 'withdraw'),
  },
  refused: {
    ...row(WORK, 'intake'),
    ...row(WAIT, 'intake', 'pause'),
    ...row(['completed'], 'intake', 'settle'),
    ...row(['stopped'], 'too-late'),
  },
  working: {
    ...row([...WAIT, 'stopped'], 'pause'),
    ...row(['intake-refused', 'completed'], 'settle'),
    ...row(['returned'], 'hand-over'),
    ...row(['withdrawn'], 'withdraw'),
  },
  paused: {
    ...row(WORK, 'resume'),
    ...row(['intake-refused', 'completed'], 'settle'),
    ...row(['returned'], 'hand-over'),
    ...row(['withdrawn'], 'withdraw'),
  },
  settled: {
    ...row(WORK, 'reopen', 'resume'),
    ...row(WAIT, 'reopen'),
    ...row(['intake-refused', 'completed', 'stopped', 'withdrawn'], 'too-late'),
  },
  withdrawn: row([...WORK, ...WAIT, 'stopped', 'intake-refused', 'completed'], 'too-late'),
};

interface Entry {
  readonly at: Moment;
  readonly phase: Phase;
  readonly by: string;
  readonly receipt?: true;
  /** Settled, but no fact proves the moment. */
  readonly undated?: true;
  /** Settled: the believable end, and until when a statement is not after it. */
  readonly end?: Time;
  readonly until?: Moment;
}

const local = (moment: Moment): string => new Date(moment + 7 * 3_600_000).toISOString();
const dateOf = (time: Time): string => (typeof time === 'string' ? time : local(time).slice(0, 10));
const startOf = (time: Time): Moment =>
  typeof time === 'string' ? Date.parse(`${time}T00:00:00.000+07:00`) : time;
const minuteOf = (moment: Moment): string => local(moment).slice(0, 16);
const endOf = (date: string): Moment => Date.parse(`${date}T23:59:59.999+07:00`);
/** Midnight stands for a day in what was stored before days were. */
const reachOf = (moment: Time): Moment =>
  typeof moment === 'string'
    ? endOf(moment)
    : minuteOf(moment).endsWith('T00:00') && moment % 60_000 === 0
      ? endOf(dateOf(moment))
      : moment;
const ahead = (time: Time, fact: DossierFact): boolean =>
  typeof time === 'string' ? time > dateOf(fact.recordedAt + 300_000) : time - fact.recordedAt > 300_000;
const sure = (time: Time, fact: DossierFact): Moment => (ahead(time, fact) ? fact.recordedAt : startOf(time));

const pad = (value: number): string => String(value).padStart(16, '0');
const asserted = (fact: DossierFact): string => pad(startOf(fact.assertedAt ?? fact.time));
const assertion = (fact: DossierFact): string => asserted(fact) + fact.id;
const numbered = (fact: DossierFact): string => pad(fact.sequence === undefined ? 0 : fact.sequence + 1);
/** A letter of a day comes after its work, and before its end. */
const STAGES: readonly FactStatus[] = [
  ...DOSSIER_STATUSES.slice(0, 6),
  'apology',
  ...DOSSIER_STATUSES.slice(6),
];
const stage = (fact: DossierFact): number => STAGES.indexOf(fact.status);
const isLetter = (fact: DossierFact): boolean => fact.status === 'apology';
const momentKey = (fact: DossierFact): string =>
  [pad(startOf(fact.time)), asserted(fact), numbered(fact), pad(stage(fact)), fact.id].join('|');
/** Work and its pauses are one stretch of the life, in which the number of a fact comes first. */
const stretch = (fact: DossierFact): string =>
  ['in-progress', ...WAIT].includes(fact.status)
    ? [pad(3), numbered(fact), pad(stage(fact))].join('|')
    : pad(stage(fact));
const dayKey = (fact: DossierFact): string =>
  [stretch(fact), asserted(fact), numbered(fact), fact.id].join('|');
const sortedBy = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] =>
  [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));

/** One day after the other: the moments of the day, and into them each fact that names the day alone. */
function arranged(facts: readonly DossierFact[]): readonly DossierFact[] {
  const dates = [...new Set(facts.map(({ time }) => dateOf(time)))].sort();
  return dates.flatMap((date) => {
    const ofDay = facts.filter(({ time }) => dateOf(time) === date);
    const ordered = sortedBy(
      ofDay.filter(({ time }) => typeof time === 'number'),
      momentKey,
    );
    for (const fact of sortedBy(
      ofDay.filter(({ time }) => typeof time === 'string'),
      dayKey,
    )) {
      const later = ordered.findIndex(
        (other) => typeof other.time === 'number' && stretch(other) > stretch(fact),
      );
      ordered.splice(later < 0 ? ordered.length : later, 0, fact);
    }
    return ordered;
  });
}

type Uses = Record<string, 'moves' | 'ignored' | 'replaced' | 'evidence'>;

/** The facts in order, those without a replacement, and of these the ones of the best rank. */
function sift(all: readonly DossierFact[]) {
  const facts = [...new Map(all.map((fact) => [fact.id, fact])).values()];
  const correctors = facts.filter(({ id, corrects }) => corrects !== undefined && corrects !== id);
  const winnerOver = (target: string) =>
    sortedBy(
      correctors.filter(({ corrects }) => corrects === target),
      assertion,
    ).at(-1);
  const stands = (fact: DossierFact) =>
    !correctors.includes(fact) || winnerOver(fact.corrects ?? '') === fact;
  const live = facts.filter((fact) => !winnerOver(fact.id) && stands(fact));
  const own = arranged(
    live.filter((fact) =>
      live.every((other) => other.rank >= fact.rank || isLetter(other) !== isLetter(fact)),
    ),
  );
  return { facts, live, own };
}

/** When a `returned` says that the processing ended, and whether that lies ahead of its recording. */
interface HandOver {
  readonly finishedAt: Time;
  readonly isAhead: boolean;
}

interface Course {
  readonly history: readonly Entry[];
  readonly receivedAt: Time | null;
  readonly reversions: number;
  /** End of the last completion, believable or not. */
  readonly lastEnd: Time | null;
  readonly handedOver: boolean;
  /** Of the first `returned` that says when the processing ended. */
  readonly dated: HandOver | null;
  readonly guessedReceipt: boolean;
}

const NOTHING: Course = {
  history: [],
  receivedAt: null,
  reversions: 0,
  lastEnd: null,
  handedOver: false,
  dated: null,
  guessedReceipt: false,
};

function added(
  course: Course,
  phase: Phase,
  moment: Moment,
  by: DossierFact,
  more: Partial<Entry> = {},
): Course {
  const at = Math.max(moment, course.history.at(-1)?.at ?? moment);
  return { ...course, history: [...course.history, { at, phase, by: by.id, ...more }] };
}

function closed(course: Course, phase: Phase, by: DossierFact, more: Partial<Entry> = {}): Course {
  const next = added(course, phase, sure(by.time, by), by, more);
  const until = next.history.at(-1)?.at ?? 0;
  return {
    ...next,
    history: next.history.map((entry) =>
      entry.by === by.id && entry.phase === phase ? { ...entry, until } : entry,
    ),
  };
}

function settled(course: Course, fact: DossierFact, uses: Uses): Course {
  const end = fact.finishedAt ?? course.dated?.finishedAt ?? fact.time;
  const endIsAhead = fact.finishedAt === undefined && course.dated ? course.dated.isAhead : ahead(end, fact);
  const reach = reachOf(end);
  const tooEarly = course.receivedAt !== null && reach < startOf(course.receivedAt);
  const next = {
    ...course,
    lastEnd: end,
    receivedAt: tooEarly && course.guessedReceipt ? end : course.receivedAt,
  };
  if (endIsAhead || ahead(fact.time, fact) || (tooEarly && !course.guessedReceipt))
    return added({ ...course, lastEnd: end }, 'settled', sure(fact.time, fact), fact);
  const receiptAt = course.history.findLastIndex((entry) => entry.receipt);
  const after = course.history.filter(({ at }, index) => index > receiptAt && at > reach);
  for (const { by } of after) uses[by] = 'ignored';
  const history = course.history
    .filter((entry) => !after.includes(entry))
    .map((entry) => (tooEarly && entry.receipt ? { ...entry, at: startOf(end) } : entry));
  return added({ ...next, history }, 'settled', startOf(end), fact, { end, until: reach });
}

function afterIntake(course: Course, fact: DossierFact, receipt: DossierFact | undefined): Course {
  const stated = receipt?.receivedAt;
  const moment = stated === undefined || !receipt ? sure(fact.time, fact) : sure(stated, receipt);
  const guessedReceipt = stated === undefined && fact.status !== 'received';
  // Whatever it was before, it was not refused.
  const anew = {
    ...course,
    history: [],
    guessedReceipt,
    receivedAt: stated ?? (ahead(fact.time, fact) ? moment : fact.time),
  };
  return added(anew, 'working', moment, fact, { receipt: true });
}

function reopened(course: Course): Course {
  const history = course.history.map((entry, index): Entry => {
    const { at, by } = entry;
    return index === course.history.length - 1 ? { at, by, phase: 'paused' } : entry;
  });
  return { ...course, history, reversions: course.reversions + 1 };
}

function done(
  course: Course,
  action: Action,
  fact: DossierFact,
  receipt: DossierFact | undefined,
  uses: Uses,
): Course {
  const now = sure(fact.time, fact);
  switch (action) {
    case 'intake':
      return afterIntake(course, fact, receipt);
    case 'pause':
      return added(course, 'paused', now, fact);
    case 'resume':
      return added(course, 'working', now, fact);
    case 'refuse':
      return added(course, 'refused', now, fact);
    case 'settle':
      return provesEnd(fact, course.dated)
        ? settled(course, fact, uses)
        : closed({ ...course, lastEnd: fact.time }, 'settled', fact, { undated: true });
    case 'hand-over':
      return closed(course, 'settled', fact, { undated: true });
    case 'withdraw':
      return closed(course, 'withdrawn', fact);
    case 'reopen':
      return reopened(course);
    case 'too-late':
      uses[fact.id] = 'ignored';
      return course;
  }
}

interface Before {
  readonly course: Course;
  readonly facts: readonly DossierFact[];
  /** All that count, those to come too. */
  readonly own: readonly DossierFact[];
  readonly receipt: DossierFact | undefined;
}

/** What the table says, but for the exceptions that need more than phase and status. */
function actionsFor(fact: DossierFact, before: Before): readonly Action[] {
  const phase = before.course.history.at(-1)?.phase ?? 'outside';
  const actions = RULES[phase][fact.status] ?? [];
  const exception = EXCEPTIONS.find(({ holds }) => holds({ ...before, fact, actions, phase }));
  return exception?.actions ?? actions;
}

interface Case extends Before {
  readonly fact: DossierFact;
  readonly actions: readonly Action[];
  readonly phase: Phase;
}

const isFirstReceipt = (before: readonly DossierFact[]): boolean =>
  !before.some(({ status }) => status === 'received');

/** The first `received`, if other facts had made the dossier received then already. */
const isReceiptEnteredLate = (fact: DossierFact, before: readonly DossierFact[], course: Course): boolean =>
  fact.status === 'received' &&
  course.receivedAt !== null &&
  (fact.receivedAt ?? fact.time) === course.receivedAt &&
  isFirstReceipt(before);

const EXCEPTIONS: readonly {
  readonly holds: (given: Case) => boolean;
  readonly actions: readonly Action[];
}[] = [
  {
    holds: ({ phase, fact, facts, receipt }) =>
      phase === 'outside' &&
      fact.status === 'withdrawn' &&
      receipt === undefined &&
      facts.some(({ status }) => status === 'registered'),
    actions: [],
  },
  {
    holds: ({ phase, fact, course }) => {
      if (phase !== 'withdrawn' || fact.status !== 'completed' || ahead(fact.time, fact)) return false;
      const end = fact.finishedAt ?? course.dated?.finishedAt;
      const isAhead = fact.finishedAt === undefined ? course.dated?.isAhead : ahead(fact.finishedAt, fact);
      if (end === undefined || isAhead) return false;
      const isBeforeWithdrawal = reachOf(end) < (course.history.at(-1)?.at ?? 0);
      return isBeforeWithdrawal && (course.guessedReceipt || reachOf(end) >= startOf(course.receivedAt ?? 0));
    },
    actions: ['settle'],
  },
  {
    holds: ({ phase, fact, own }) =>
      phase === 'refused' &&
      fact.status === 'completed' &&
      (fact.defaulted === true ||
        fact.timeInferred === true ||
        own.every(({ receivedAt, dueAt }) => receivedAt === undefined && (dueAt ?? null) === null)),
    actions: ['too-late'],
  },
  {
    holds: ({ phase, fact, course, facts }) =>
      phase !== 'paused' && isReceiptEnteredLate(fact, facts, course),
    actions: [],
  },
  {
    holds: ({ actions, fact, course }) =>
      actions[0] === 'reopen' &&
      fact.status === 'received' &&
      (fact.receivedAt ?? fact.time) === course.receivedAt &&
      startOf(course.lastEnd ?? Number.POSITIVE_INFINITY) < startOf(course.receivedAt),
    actions: [],
  },
  {
    holds: ({ actions, fact, course }) =>
      actions[0] === 'reopen' &&
      (fact.defaulted === true || course.handedOver || fact.time === dateOf(course.history.at(-1)?.at ?? 0)),
    actions: ['too-late'],
  },
  {
    holds: ({ actions, fact, phase }) =>
      fact.defaulted === true &&
      (actions[0] === 'resume' || (phase === 'refused' && actions[0] === 'intake')),
    actions: ['too-late'],
  },
];

function walked(own: readonly DossierFact[], uses: Uses): Course & { lateReceipt: DossierFact | undefined } {
  const receipt = own.find(({ receivedAt }) => receivedAt !== undefined);
  let course = NOTHING;
  let lateReceipt: DossierFact | undefined;
  for (const [index, fact] of own.entries()) {
    uses[fact.id] = 'moves';
    const last = course.history.at(-1);
    const givesTheDate =
      ENDS.includes(fact.status) && last?.undated === true && provesEnd(fact, course.dated);
    const handsOver = fact.status === 'returned' && last?.phase !== 'refused';
    const actions = actionsFor(fact, { course, facts: own.slice(0, index), own, receipt });
    if (isReceiptEnteredLate(fact, own.slice(0, index), course)) lateReceipt = fact;
    if (givesTheDate) course = settled({ ...course, history: course.history.slice(0, -1) }, fact, uses);
    else for (const action of actions) course = done(course, action, fact, receipt, uses);
    if (!handsOver) continue;
    course = { ...course, handedOver: true };
    if (fact.finishedAt === undefined || course.dated) continue;
    course = { ...course, dated: { finishedAt: fact.finishedAt, isAhead: ahead(fact.finishedAt, fact) } };
    const completion = own.find(({ id }) => id === last?.by);
    if (last?.phase !== 'settled' || !completion || !ENDS.includes(completion.status)) continue;
    // It was ended at a time that was none: now it is known when.
    if (completion.finishedAt === undefined)
      course = settled({ ...course, history: course.history.slice(0, -1) }, completion, uses);
  }
  return { ...course, lateReceipt };
}

interface Accepted {
  readonly by: DossierFact;
  readonly at: Moment;
  readonly due: Time | null;
}

type Text = (due: Time | null) => string | null;

/** A change by the ending event itself is in time, another only before it and up to its end. */
const isInTime = (moment: Moment, afterEnding: number, ending: Entry | undefined): boolean =>
  afterEnding === 0 || (afterEnding < 0 && moment <= (ending?.until ?? moment));

const saysWhenDue = (fact: DossierFact | undefined): fact is DossierFact & { dueAt: Time | null } =>
  fact?.dueAt !== undefined && (fact.dueAt !== null || fact.dueBasis !== undefined);

/** The law: an extension is one in all, on a day before the due date that it moves. A letter is no receipt slip. */
function mayMove(fact: DossierFact, accepted: readonly Accepted[]): boolean {
  if (fact.dueBasis !== 'extension') return true;
  const due = accepted.at(-1)?.due;
  if (due === undefined) return !isLetter(fact);
  if (fact.anyExtension) return true;
  const isFirst = !accepted.some(({ by }) => by.dueBasis === 'extension');
  return isFirst && due !== null && dateOf(fact.time) < dateOf(due);
}

function acceptedDueDates(
  own: readonly DossierFact[],
  course: Course,
  slip: DossierFact | undefined,
  text: Text,
): readonly Accepted[] {
  const last = course.history.at(-1);
  const endsAt = last?.until === undefined ? own.length : own.findIndex(({ id }) => id === last.by);
  const accepted: Accepted[] = saysWhenDue(slip) ? [{ by: slip, at: 0, due: slip.dueAt }] : [];
  for (const [index, fact] of own.entries()) {
    const before = accepted.at(-1);
    if (fact === slip || !saysWhenDue(fact) || (before && fact.dueBasis === undefined)) continue;
    const { dueAt } = fact;
    if (before && text(before.due) === text(dueAt)) continue;
    const at = Math.max(sure(fact.time, fact), before?.at ?? 0);
    const isFirst = !before && index <= endsAt;
    const isHeard = isFirst || (before && isInTime(at, index - endsAt, last));
    if (!isHeard || !mayMove(fact, accepted)) continue;
    accepted.push({ by: fact, at: index === endsAt ? (last?.at ?? at) : at, due: dueAt });
  }
  return accepted;
}

export function oracle(all: readonly DossierFact[]): OracleLife {
  const { facts, live, own } = sift(all);
  const uses: Uses = {};
  for (const fact of facts) uses[fact.id] = live.includes(fact) ? 'evidence' : 'replaced';
  const life = walked(own, uses);
  const { history, receivedAt, reversions } = life;

  const unit = own.findLast(({ limitUnit }) => limitUnit !== undefined)?.limitUnit ?? 'days';
  const lasts = (due: Time) => (typeof due === 'string' ? `${due}T23:59` : minuteOf(due));
  const text: Text = (due) => (due === null ? null : unit === 'days' ? dateOf(due) : lasts(due));
  const accepted = acceptedDueDates(own, life, life.lateReceipt, text);
  const original = accepted[0]?.due ?? null;
  const final = accepted.at(-1)?.due ?? null;
  const timing = (end: Time, due: Time | null) => {
    if (due === null) return 'no-due-date';
    if (dateOf(end) !== dateOf(due)) return dateOf(end) < dateOf(due) ? 'early' : 'late';
    const hoursCount = unit === 'hours' && typeof end === 'number' && typeof due === 'number';
    return hoursCount && minuteOf(end) > minuteOf(due) ? 'late' : 'on-time';
  };

  const standingOn = (date: string): OracleStanding => {
    const entry = history.findLast(({ at }) => at <= endOf(date));
    if (entry?.phase === 'working') {
      const due = text(accepted.findLast(({ at }, index) => index === 0 || at <= endOf(date))?.due ?? null);
      return {
        account: due === null ? 'in-progress/no-due-date' : 'in-progress/timed',
        due,
        original: text(original),
      };
    }
    if (entry?.phase === 'settled' && entry.end !== undefined) {
      return {
        account: `settled/${timing(entry.end, final)}`,
        due: null,
        original: timing(entry.end, original),
      };
    }
    return { account: FLAT[entry?.phase ?? 'outside'], due: null, original: null };
  };
  const endedAt = history.at(-1)?.end ?? null;
  const endsByDay =
    unit === 'hours' &&
    typeof endedAt === 'string' &&
    [original, final].some((due) => typeof due === 'number' && dateOf(due) === endedAt);
  return {
    standingOn,
    receivedAt,
    endedAt,
    dueAt: final,
    originalDueAt: original,
    reversions,
    endsByDay,
    uses,
  };
}

const FLAT = {
  outside: 'outside',
  refused: 'refused-at-intake',
  paused: 'paused',
  settled: 'settled/no-finish-date',
  withdrawn: 'withdrawn',
} as const satisfies Record<Exclude<Phase, 'working'>, DossierAccount>;
