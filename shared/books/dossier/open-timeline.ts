import type { Finding } from '../../bookkeeping/leg.ts';
import type { Evaluation, Extension, KnownFact, OpenTimeline, Standing } from '../../bookkeeping/subject.ts';
import { isDay } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DossierFact } from './fact.ts';
import { byMoment } from './order.ts';
import type { PlacedFact } from './path.ts';
import { type DossierLife, dossierLife, followStatus, standingOf } from './timeline.ts';

/**
 * The life of one dossier, to go on from its last fact. Certain, and so extended, is a fact that comes last by its moment and that
 * changes nothing before it: it states no other property, due date or receipt, corrects nothing, and moves no earlier step and no
 * end. That is what comes in numbers: progress and pauses. Any other fact has the whole life evaluated anew.
 */
export class OpenDossier implements OpenTimeline<DossierFact> {
  readonly opened: Evaluation;
  readonly #life: DossierLife;
  readonly #zone: Zone;
  /** The first finding of each code. */
  readonly #findings = new Map<string, Finding>();
  /** Every fact counts and has a moment, so that one which comes last stands last. */
  readonly #isPlain: boolean;
  /** After the last fact. */
  #standing: Standing;

  constructor(known: readonly KnownFact<DossierFact>[], zone: Zone) {
    this.#life = dossierLife(
      known.map(({ fact }) => fact),
      zone,
    );
    this.#zone = zone;
    const { placed, findings, journal } = this.#life;
    const rank = placed[0]?.fact.rank;
    this.#isPlain = placed.every(
      ({ fact }) => fact.rank === rank && fact.corrects === undefined && !isDay(fact.time),
    );
    this.#find(findings);
    this.#standing = this.#standingNow();
    this.opened = { legs: [...journal.legs], standings: [this.#standing] };
  }

  extend({ fact }: KnownFact<DossierFact>): Extension | undefined {
    const { placed, walk, due, journal, findings } = this.#life;
    if (!this.#isPlain || !this.#comesLast(fact) || !this.#statesNothingNew(fact)) return undefined;
    const { path } = walk;
    const before = {
      ...{ steps: path.steps.length, first: path.steps[0], last: path.last },
      ...{ receivedAt: path.receivedAt, closedUntil: path.closedUntil, lateReceipt: walk.lateReceipt },
      ...{ legs: journal.legs.length, findings: findings.length },
    };
    const item: PlacedFact = { fact, place: placed.length, use: 'applied' };
    placed.push(item);
    followStatus(item, this.#life, this.#zone);
    const added = path.steps.slice(before.steps);
    const isAsBefore =
      path.steps[0] === (before.first ?? path.steps[0]) &&
      path.steps[before.steps - 1] === before.last &&
      path.receivedAt === before.receivedAt &&
      path.closedUntil === before.closedUntil &&
      walk.lateReceipt === before.lateReceipt;
    const lastChange = due.changes?.at(-1);
    const isBehind = added.every(({ at }) => lastChange === undefined || lastChange.at <= at);
    if (!isAsBefore || !isBehind) return undefined;
    journal.followAll(added);
    const isFound = this.#find(findings.slice(before.findings));
    const legs = journal.legs.slice(before.legs);
    const standing = this.#standingNow();
    const isMoved = legs.length > 0 || isFound || !sameMilestones(standing, this.#standing);
    this.#standing = standing;
    return {
      legs: legs.map((leg, index) => [before.legs + index, leg] as const),
      standings: isMoved ? [[0, standing]] : [],
    };
  }

  #comesLast(fact: DossierFact): boolean {
    const last = this.#life.placed.at(-1)?.fact;
    if (!last || fact.rank !== last.rank || fact.corrects !== undefined || isDay(fact.time)) return false;
    return byMoment(last, fact, this.#zone) < 0;
  }

  #statesNothingNew(fact: DossierFact): boolean {
    const { unit, field, procedure, channel, letter, limitUnit, receivedAt, dueAt } = fact;
    const { stated, walk, due } = this.#life;
    const { dimensions } = stated;
    return (
      (unit ?? dimensions.unit) === dimensions.unit &&
      (field ?? dimensions.field) === dimensions.field &&
      (procedure ?? dimensions.procedure) === dimensions.procedure &&
      (channel ?? dimensions.channel) === dimensions.channel &&
      (letter === undefined || dimensions.letter === 'issued') &&
      (limitUnit ?? stated.limitUnit) === stated.limitUnit &&
      (receivedAt === undefined || walk.path.stated !== null) &&
      (dueAt === undefined || (dueAt === due.current.at && due.original.at !== null))
    );
  }

  /** @returns whether one is the first of its code */
  #find(findings: readonly Finding[]): boolean {
    const before = this.#findings.size;
    for (const one of findings) if (!this.#findings.has(one.code)) this.#findings.set(one.code, one);
    return this.#findings.size > before;
  }

  #standingNow(): Standing {
    return standingOf(this.#life, [...this.#findings.values()], this.#zone);
  }
}

const sameMilestones = (one: Standing, other: Standing): boolean =>
  JSON.stringify(one.milestones) === JSON.stringify(other.milestones);
