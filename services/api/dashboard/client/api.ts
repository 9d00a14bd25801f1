import createClient from 'openapi-fetch';
import type { KeyRing } from './key-ring.ts';
import type { components, paths } from './openapi.d.ts';
import { Problem } from './problem.ts';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type Objective = components['schemas']['Objective'];
/** A part of a figure. Leaves partition the cases of the measure; a union names its leaves in `of`. */
export type Part = components['schemas']['Part'];
export type Breakdown = Answer<'/v1/objectives/{id}/breakdown'>;
export type Row = Breakdown['parts'][number];
export type Series = Answer<'/v1/objectives/{id}/series'>;
export type Evidence = Answer<'/v1/objectives/{id}/evidence'>;
export type Changes = Answer<'/v1/objectives/{id}/changes'>;
export type ChangesQuery = NonNullable<paths['/v1/objectives/{id}/changes']['get']['parameters']['query']>;
export type ByDefinitions = Answer<'/v1/objectives/{id}/definitions'>;
export type DefinedFigure = ByDefinitions['byDefinition'][number];
export type DefinitionsQuery = NonNullable<
  paths['/v1/objectives/{id}/definitions']['get']['parameters']['query']
>;
export type ComparedQuery = NonNullable<
  paths['/v1/objectives/{id}/definitions/compare']['get']['parameters']['query']
>;
export type PartingRule = Answer<'/v1/objectives/{id}/definitions/compare'>['rules'][number]['rule'];
export type PartedDossier = Answer<'/v1/objectives/{id}/definitions/compare/{rule}'>['dossiers'][number];
export type DossierDetail = Answer<'/v1/dossiers/{id}'>;
export type DocumentDetail = Answer<'/v1/documents/{id}'>;
export type Dossiers = Answer<'/v1/dossiers'>;
export type Dossier = Dossiers['items'][number];
export type Exchange = NonNullable<Evidence['documents']>[number];
export type InspectedUnit = NonNullable<Evidence['inspectedUnits']>[number];
export type StaffRow = NonNullable<Evidence['staff']>[number];
export type PersonDetail = Answer<'/v1/staff/{ref}'>;
export type CapCheck = Answer<'/v1/staff/excellent-cap'>['checks'][number];
export type Cascade = Answer<'/v1/cascade'>;
export type CascadeUnit = Cascade['units'][number];
export type CascadedObjective = CascadeUnit['objectives'][number];
export type Opportunity = Answer<'/v1/opportunities'>['items'][number];
export type OpportunityDetail = Answer<'/v1/opportunities/{id}'>;
export type Review = Answer<'/v1/reviews'>['items'][number];
export type Article2 = Answer<'/v1/article-2'>;
export type Duty = Answer<'/v1/duties'>['items'][number];
export type Definition = Answer<'/v1/objectives/{id}/definition'>;
export type Statement = Answer<'/v1/objectives/{id}/history'>['items'][number];
export type ListedDefinition = Answer<'/v1/objectives/definitions'>['items'][number];
export type AwaitedFigure = Answer<'/v1/entered-figures'>['items'][number];
export type EnteredPeriod = Answer<'/v1/objectives/{id}/figures'>['items'][number];
export type Inspection = Answer<'/v1/inspections'>['items'][number];
export type InspectionDetail = Answer<'/v1/inspections/{id}'>;
export type InspectionFinding = InspectionDetail['inspectionFindings'][number];
export type Risk = Answer<'/v1/risks'>['items'][number];
export type RiskDetail = Answer<'/v1/risks/{id}'>;
export type RiskMatrix = Answer<'/v1/risks/matrix'>;
export type RiskScaleAnswer = Answer<'/v1/risks/scale'>;
export type RiskScale = RiskScaleAnswer['scale'];
export type RiskLevel = RiskMatrix['cells'][number]['level'];
export type Me = Answer<'/v1/me'>;
export type Unit = Answer<'/v1/units'>['items'][number];
export type Alert = Answer<'/v1/alerts'>['alerts'][number];
export type DeadLetters = Answer<'/v1/dead-letters'>;
export type Readiness = Answer<'/readyz'>;
export type FigureQuery = NonNullable<paths['/v1/objectives']['get']['parameters']['query']>;
export type EvidenceQuery = NonNullable<paths['/v1/objectives/{id}/evidence']['get']['parameters']['query']>;
export type Dimension = paths['/v1/objectives/{id}/breakdown']['get']['parameters']['query']['by'];
export type WorkState = NonNullable<paths['/v1/dossiers']['get']['parameters']['query']>['state'];

export type Client = ReturnType<typeof clientOf>;

/** A slower answer counts as none: the page reports that instead of waiting without end. */
const PATIENCE_MS = 20_000;

/**
 * Sends a request, with the key if there is one; asks the user for a key when the server wants one.
 * @throws Problem
 */
export async function send(request: Request, keys: KeyRing): Promise<Response> {
  for (;;) {
    const { key } = keys;
    const response = await reach(request.clone(), key);
    // `/readyz` answers 503 with the same body when something is wrong.
    if (response.ok || new URL(request.url).pathname === '/readyz') return response;
    if (response.status === 401 && (await keys.another(key))) continue;
    const body = await response.json().catch(() => ({}));
    throw new Problem(response.status, { code: 'internal', ...body });
  }
}

async function reach(request: Request, key: string | null): Promise<Response> {
  if (key) request.headers.set('authorization', `Bearer ${key}`);
  try {
    return await fetch(request);
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    throw new Problem(0, { code: isTimeout ? 'timeout' : 'unreachable' });
  }
}

/** The API, with the types of openapi.json: a path, a parameter or a field that it does not have is an error of types. */
export const clientOf = (origin: string, keys: KeyRing) =>
  createClient<paths>({
    baseUrl: origin,
    // Never from the browser's cache: the moment and the freshness of an unchanged figure are news, too.
    cache: 'no-store',
    fetch: (request) => send(new Request(request, { signal: AbortSignal.timeout(PATIENCE_MS) }), keys),
  });

/** The body of an answer. `send` has thrown for every other. */
export async function bodyOf<Body>(asked: Promise<{ data?: Body; response: Response }>): Promise<Body> {
  const { data, response } = await asked;
  if (data === undefined) throw new Problem(response.status, { code: 'internal' });
  return data;
}

/** Without empty values: an empty choice is no choice. */
export const given = <Query extends object>(query: Query): Partial<Query> => {
  const stated = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(stated) as Partial<Query>;
};
