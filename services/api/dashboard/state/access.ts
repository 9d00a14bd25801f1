import { computed } from '@preact/signals';
import { isPersonId, type PersonId, secondPerson } from '../../../../shared/contracts/two-people.ts';
import { bodyOf, type Client, type Me } from '../client/api.ts';
import type { operations } from '../client/openapi.d.ts';
import { isOfKey } from '../client/problem.ts';
import { Resource } from './resource.ts';

export type Right = Me['rights'][number];

/** What the page lets people do, or shows to some alone, by the operation of the API behind it, and the rights of which any is enough. A test holds it against `openapi.json`. */
export const NEEDED = {
  acknowledgeAlert: ['duty'],
  approveFigure: ['approve'],
  approveRiskTreatment: ['approve'],
  assessRisk: ['define'],
  beginInspection: ['define'],
  cancelInspection: ['define'],
  changeObjective: ['define'],
  closeFinding: ['define'],
  closeObjective: ['define'],
  communicateObjectives: ['define'],
  concludeInspection: ['define'],
  concludeOpportunity: ['define'],
  defineObjective: ['define'],
  describeOpportunity: ['define'],
  deleteName: ['staff'],
  describeRisk: ['define'],
  dismissRiskSuggestion: ['define'],
  endReviewAction: ['define'],
  enterFigure: ['enter', 'define'],
  holdReview: ['define'],
  identifyOpportunity: ['define'],
  identifyRisk: ['define'],
  judgeRiskTreatment: ['define', 'approve'],
  listDeadLetters: ['admin'],
  planInspection: ['define'],
  planOpportunity: ['define'],
  planReviewAction: ['define'],
  planRiskTreatment: ['define'],
  refuseFigure: ['approve'],
  rehearseObjective: ['define'],
  reopenObjective: ['define'],
  reportRiskTreated: ['define'],
  requestReports: ['define'],
  reviewRisk: ['define'],
  setNames: ['staff'],
  stateFinding: ['define'],
  stateRiskScale: ['define'],
  submitReport: ['define'],
  verifyRiskTreatment: ['define', 'approve'],
  visitInspection: ['define'],
  withdrawDuty: ['define'],
} as const satisfies { readonly [Operation in keyof operations]?: readonly Right[] };
export type Operation = keyof typeof NEEDED;

/** A right that an operation asks for besides those. */
const BESIDES: { readonly [Of in Operation]?: Right } = { deleteName: 'feed', setNames: 'feed' };

/** Acts of those above a unit: no unit asks itself for a report, or inspects itself. */
const FROM_ABOVE: ReadonlySet<Operation> = new Set([
  ...(['requestReports', 'withdrawDuty'] as const),
  ...(['beginInspection', 'planInspection', 'cancelInspection', 'visitInspection'] as const),
  ...(['concludeInspection', 'stateFinding', 'closeFinding'] as const),
]);

/** The units that an act of a key may be about; null: every one, and the whole office. */
const unitsFor = ({ writesAbout, asks }: Me, operation: Operation) =>
  FROM_ABOVE.has(operation) ? asks : writesAbout;

/** The units that an act is about, null for the whole office; undefined where its form asks for one. */
export type About = readonly (string | null)[] | undefined;

/** Whether a key may do something. */
export function mayDo(me: Me, operation: Operation, about: About): boolean {
  const needed: readonly Right[] = NEEDED[operation];
  const { [operation]: besides } = BESIDES;
  if (!needed.some((right) => me.rights.includes(right))) return false;
  if (besides && !me.rights.includes(besides)) return false;
  const units = unitsFor(me, operation);
  if (units === null) return true;
  return about ? about.every((unit) => unit !== null && units.includes(unit)) : units.length > 0;
}

/** Why a key cannot be that of the second person. */
export type Bar = 'no-right' | 'same-person' | 'names-no-person' | 'first-names-no-person';

const personIn = (text: string | null): PersonId | null => (text !== null && isPersonId(text) ? text : null);

/** What keeps a key from approving, as a second person, what a first one did; undefined: nothing. @param first of the act; undefined where any other person will do */
export function barOf({ key }: Me, first: string | null | undefined): Bar | undefined {
  // A server without keys records it, and it stays unapproved.
  if (key === null) return undefined;
  const second = personIn(key.person);
  if (second === null) return 'names-no-person';
  if (first === undefined) return undefined;
  switch (secondPerson(personIn(first), second)) {
    case 'allowed':
      return undefined;
    case 'same-person':
      return 'same-person';
    case 'no-person':
      return 'first-names-no-person';
  }
}

/** What the key of this tab may do. The server judges every act; the page asks once, to offer no act that would be refused. */
export class Access {
  readonly #answer: Resource<Me>;
  #renewed = Promise.resolve();
  /** Undefined until the server has answered. */
  readonly me = computed(() => this.#answer.value.value);
  /** Where the server gives no answer the page hides nothing. */
  readonly #isUnknown = computed(() => {
    const { problem } = this.#answer.state.value;
    return problem !== undefined && !isOfKey(problem);
  });

  /** Whether the server has answered, or failed to: before that nothing is offered, and nothing called impossible. */
  readonly isAsked = computed(() => {
    const { answer, problem } = this.#answer.state.value;
    return answer !== undefined || problem !== undefined;
  });

  constructor(client: Client) {
    this.#answer = new Resource(() => bodyOf(client.GET('/v1/me')));
  }

  /** Asks for what another key may do. */
  renew(): Promise<void> {
    // The last answer stays until the next one comes: a form that is open keeps what was entered.
    this.#answer.supersede();
    this.#renewed = this.#answer.refresh();
    return this.#renewed;
  }

  /** Asks again where there was no answer. */
  async complete(): Promise<void> {
    if (this.#isUnknown.value) await this.#answer.refresh();
  }

  may(operation: Operation, about?: About): boolean {
    const me = this.me.value;
    return me ? mayDo(me, operation, about) : this.#isUnknown.value;
  }

  /** The same once the server has answered. */
  async mayOnceKnown(operation: Operation): Promise<boolean> {
    await this.#renewed;
    return this.may(operation);
  }

  /** What keeps the key from an act. @param second of an act of a second person: the first, see {@link barOf} */
  bar(
    operation: Operation,
    about: About,
    second: { readonly first: string | null | undefined } | undefined,
  ): Bar | undefined {
    if (!this.may(operation, about)) return 'no-right';
    const me = this.me.value;
    return me && second && barOf(me, second.first);
  }

  /** The units that an act may be about; null: every one, and the whole office. */
  unitsFor(operation: Operation): readonly string[] | null {
    const me = this.me.value;
    return me ? unitsFor(me, operation) : null;
  }
}
