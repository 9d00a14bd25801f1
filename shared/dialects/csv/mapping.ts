import { z } from 'zod';
import { documentExchangeV1 } from '../../books/document/exchange.v1.ts';
import { dossierApologyV1 } from '../../books/dossier/apology.v1.ts';
import { dossierStatusV1 } from '../../books/dossier/status.v1.ts';
import { communicationRecordedV1, reportRecordedV1 } from '../../books/duty/recorded.v1.ts';
import { inspectionConcludedV1 } from '../../books/inspection/concluded.v1.ts';
import { inspectionFindingV1 } from '../../books/inspection/finding.v1.ts';
import { inspectionFindingClosedV1 } from '../../books/inspection/finding-closed.v1.ts';
import { inspectionPlannedV1 } from '../../books/inspection/planned.v1.ts';
import { inspectionVisitedV1 } from '../../books/inspection/visited.v1.ts';
import { opportunityRecordedV1 } from '../../books/opportunity/acts.ts';
import { figureRecordedV1 } from '../../books/period-figure/recorded.v1.ts';
import { reviewRecordedV1 } from '../../books/review/recorded.v1.ts';
import { riskRecordedV1 } from '../../books/risk/recorded.v1.ts';
import { staffAssignedV1 } from '../../books/staff/assigned.v1.ts';
import { staffRatingV1 } from '../../books/staff/rating.v1.ts';
import { staffStandardV1 } from '../../books/staff/standard.v1.ts';
import { staffUnitRatingV1 } from '../../books/staff/unit-rating.v1.ts';
import { type Zone, zoneOf } from '../../calendar/zone.ts';
import { type Field, fieldsOf } from '../../contracts/read-fields.ts';
import { errorText } from '../../kernel/error-text.ts';
import { agencyIdMappedV1 } from '../../office/agency-id-mapped.v1.ts';
import { calendarDayDeclaredV1 } from '../../office/calendar-day-declared.v1.ts';
import { fieldDeclaredV1 } from '../../office/field-declared.v1.ts';
import { procedureDeclaredV1 } from '../../office/procedure-declared.v1.ts';
import { unitDeclaredV1 } from '../../office/unit-declared.v1.ts';
import { DATE_FORMS, isDateForm } from '../date-forms.ts';
import { canonicalCell } from './cell.ts';

/** Event types that one row can state; the register of documents lists recipients and comes as NDJSON. */
const TYPES = [
  'dossier.status.v1',
  'dossier.apology.v1',
  'document.exchange.v1',
  'unit.declared.v1',
  'field.declared.v1',
  'procedure.declared.v1',
  'calendar.day-declared.v1',
  'agency-id.mapped.v1',
  'staff.assigned.v1',
  'staff.standard.v1',
  'staff.rating.v1',
  'staff.unit-rating.v1',
  'risk.recorded.v1',
  'opportunity.recorded.v1',
  'review.recorded.v1',
  'communication.recorded.v1',
  'figure.recorded.v1',
  'report.recorded.v1',
  'inspection.planned.v1',
  'inspection.visited.v1',
  'inspection.concluded.v1',
  'inspection.finding.v1',
  'inspection.finding-closed.v1',
] as const;

const scalar = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  'text, a number, true, false or null',
);
const column = z
  .string('the name of a column')
  .transform(canonicalCell)
  .refine((name) => name !== '', 'the name of a column');

/** How one field of a contract comes out of a row. An empty cell leaves the field out. Texts are in canonical form: see cell.ts. */
export type ValueRule = SimpleRule | ObjectRule | ListRule;

/** A field with fields of its own; it is left out where none of its cells has anything. */
export interface ObjectRule {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, SimpleRule>;
}

/** A list of objects: one for each text in the cells of these columns. */
export interface ListRule {
  readonly kind: 'list';
  readonly of: readonly ListedColumn[];
}

export interface ListedColumn {
  readonly column: string;
  /** What parts the texts of a cell. */
  readonly split: string;
  /** The field of the object that has the text. */
  readonly as: string;
  /** The other fields of the object. */
  readonly with: Readonly<Record<string, string | number | boolean | null>>;
}

export type SimpleRule =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
  | { readonly kind: 'date'; readonly column: string }
  | { readonly kind: 'number'; readonly column: string }
  | {
      readonly kind: 'text';
      readonly column: string;
      readonly map: ReadonlyMap<string, string | number | boolean | null> | undefined;
      /** The effect of a cell that the map does not list: it rejects the event, leaves the field out, or makes no event. */
      readonly otherwise: 'reject' | 'omit' | 'skip';
      /** The cell is a list, parted by this text. */
      readonly split: string | undefined;
    };

/** A condition that a row must meet for an event to be made from it. */
export type Condition =
  | { readonly kind: 'set' | 'empty'; readonly column: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: ReadonlySet<string> }
  | {
      readonly kind: 'date';
      readonly column: string;
      /** Columns with the bounds, both inclusive; a bound whose cell is empty does not bind. */
      readonly notBefore: string | undefined;
      readonly notAfter: string | undefined;
    };

export interface EventRule {
  readonly type: (typeof TYPES)[number];
  /** Column with the time of the event. */
  readonly time: string;
  readonly when: readonly Condition[];
  readonly fields: ReadonlyMap<string, ValueRule>;
}

/** How rows of a CSV file become events. */
export interface Mapping {
  /** CloudEvents `source` of the events, by which a feed is known. */
  readonly source: string;
  /** Of times that carry none. */
  readonly zone: Zone;
  readonly delimiter: string;
  readonly dates: readonly string[];
  readonly events: readonly EventRule[];
}

const simpleRule = z
  .strictObject({
    value: scalar.optional(),
    date: column.optional(),
    number: column.optional(),
    column: column.optional(),
    map: z.record(z.string(), scalar).optional(),
    otherwise: z.enum(['reject', 'omit', 'skip']).optional(),
    split: z.string().min(1).optional(),
  })
  .transform(({ value, date, number, column: name, map, otherwise, split }, context): SimpleRule => {
    const given = [value, date, number, name].filter((one) => one !== undefined).length;
    const forColumn = [map, otherwise, split].some((one) => one !== undefined);
    if (given !== 1) return fail(context, 'exactly one of value, date, number and column');
    if (forColumn && name === undefined) return fail(context, 'map, otherwise and split only beside column');
    if (otherwise !== undefined && map === undefined) return fail(context, 'otherwise only beside map');
    if (value !== undefined) return { kind: 'constant', value };
    if (date !== undefined) return { kind: 'date', column: date };
    if (number !== undefined) return { kind: 'number', column: number };
    return {
      kind: 'text',
      column: name ?? '',
      map: map && meanings(map, context),
      otherwise: otherwise ?? 'reject',
      split,
    };
  });

const objectRule = z
  .strictObject({ object: z.record(z.string(), simpleRule) })
  .transform(({ object }): ValueRule => ({ kind: 'object', fields: new Map(Object.entries(object)) }));

const listRule = z
  .strictObject({
    list: z
      .array(
        z.strictObject({
          column,
          split: z.string().min(1),
          as: z.string().min(1),
          with: z.record(z.string(), scalar).default({}),
        }),
      )
      .min(1),
  })
  .transform(({ list }): ValueRule => ({ kind: 'list', of: list }));

/** The reading of one form, so that its faults are of that form. */
const valueRule = z.record(z.string(), z.unknown()).transform((given, context): ValueRule => {
  const form = 'object' in given ? objectRule : 'list' in given ? listRule : simpleRule;
  const read = form.safeParse(given);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues)
    context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
});

function meanings<Meaning>(
  map: Readonly<Record<string, Meaning>>,
  context: z.RefinementCtx,
): ReadonlyMap<string, Meaning> {
  const known = new Map<string, Meaning>();
  for (const [written, meaning] of Object.entries(map)) {
    const text = canonicalCell(written);
    if (known.has(text) && known.get(text) !== meaning)
      fail(context, `one meaning for ${JSON.stringify(text)}`);
    known.set(text, meaning);
  }
  return known;
}

const condition = z
  .strictObject({
    set: column.optional(),
    empty: column.optional(),
    column: column.optional(),
    in: z.array(z.string()).min(1).optional(),
    date: column.optional(),
    notBefore: column.optional(),
    notAfter: column.optional(),
  })
  .transform((given, context): Condition => {
    const { set, empty, column: name, in: values, date, notBefore, notAfter } = given;
    const shape = Object.keys(given)
      .filter((key) => key !== 'notBefore' && key !== 'notAfter')
      .sort()
      .join();
    const bounded = notBefore !== undefined || notAfter !== undefined;
    if (set !== undefined && shape === 'set' && !bounded) return { kind: 'set', column: set };
    if (empty !== undefined && shape === 'empty' && !bounded) return { kind: 'empty', column: empty };
    if (name !== undefined && values !== undefined && shape === 'column,in' && !bounded) {
      return { kind: 'in', column: name, values: new Set(values.map(canonicalCell)) };
    }
    if (date !== undefined && shape === 'date' && bounded) {
      return { kind: 'date', column: date, notBefore, notAfter };
    }
    return fail(context, 'one of {set}, {empty}, {column, in}, {date, notBefore and/or notAfter}');
  });

function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const zone = z.string().transform((name, context) => {
  try {
    return zoneOf(name);
  } catch {
    return fail(context, 'an IANA time zone, e.g. Asia/Ho_Chi_Minh');
  }
});

const fields = z.record(z.string(), valueRule);

const mappingSchema = z
  .strictObject({
    source: z.string().trim().min(1).max(500),
    zone,
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/, 'one character, neither a quote nor a line end')
      .default(','),
    dates: z.array(z.string().refine(isDateForm, DATE_FORMS)).min(1).default(['iso']),
    fields: fields.default({}),
    events: z
      .array(
        z.strictObject({
          type: z.enum(TYPES).default('dossier.status.v1'),
          time: column,
          when: z.array(condition).default([]),
          fields: fields.default({}),
        }),
      )
      .min(1),
  })
  .transform(
    ({ fields: shared, events, ...rest }, context): Mapping => ({
      ...rest,
      events: events.map((event, index) => {
        const merged = new Map(Object.entries({ ...shared, ...event.fields }));
        const allowed = fieldsOfType(event.type, rest.zone);
        for (const [name, rule] of merged) {
          const path = name in event.fields ? ['events', index, 'fields', name] : ['fields', name];
          for (const message of misnamed(name, rule, event.type, allowed))
            context.addIssue({ code: 'custom', path, message });
        }
        return { ...event, fields: merged };
      }),
    }),
  );

/** The fields that a row may state; the dialect sets its marks itself. */
function fieldsOfType(type: EventRule['type'], of: Zone): ReadonlyMap<string, Field> {
  const schemas = {
    'dossier.status.v1': dossierStatusV1(of),
    'dossier.apology.v1': dossierApologyV1(of),
    'document.exchange.v1': documentExchangeV1(of),
    'unit.declared.v1': unitDeclaredV1(of),
    'field.declared.v1': fieldDeclaredV1(of),
    'procedure.declared.v1': procedureDeclaredV1(of),
    'calendar.day-declared.v1': calendarDayDeclaredV1(of),
    'agency-id.mapped.v1': agencyIdMappedV1(of),
    'staff.assigned.v1': staffAssignedV1(of),
    'staff.standard.v1': staffStandardV1(of),
    'staff.rating.v1': staffRatingV1(of),
    'staff.unit-rating.v1': staffUnitRatingV1(of),
    'risk.recorded.v1': riskRecordedV1(),
    'opportunity.recorded.v1': opportunityRecordedV1(),
    'review.recorded.v1': reviewRecordedV1(),
    'communication.recorded.v1': communicationRecordedV1(),
    'figure.recorded.v1': figureRecordedV1(),
    'report.recorded.v1': reportRecordedV1(),
    'inspection.planned.v1': inspectionPlannedV1(of),
    'inspection.visited.v1': inspectionVisitedV1(of),
    'inspection.concluded.v1': inspectionConcludedV1(of),
    'inspection.finding.v1': inspectionFindingV1(of),
    'inspection.finding-closed.v1': inspectionFindingClosedV1(of),
  };
  return new Map([...fieldsOf(schemas[type]).byName].filter(([name]) => name !== 'marks'));
}

/** What is wrong with the names of a rule. */
function misnamed(
  name: string,
  rule: ValueRule,
  type: string,
  allowed: ReadonlyMap<string, Field>,
): readonly string[] {
  const field = allowed.get(name);
  if (!field) return [`a field of ${type}: ${[...allowed.keys()].join(', ')}`];
  const below = [...(field.below?.byName.keys() ?? [])];
  if (rule.kind !== 'object' && rule.kind !== 'list') return [];
  if (below.length === 0 || field.isList !== (rule.kind === 'list'))
    return [`a rule for one value: ${name} is no ${rule.kind === 'list' ? 'list of objects' : 'object'}`];
  const names =
    rule.kind === 'object'
      ? [...rule.fields.keys()]
      : rule.of.flatMap(({ as, with: others }) => [as, ...Object.keys(others)]);
  return names.some((one) => !below.includes(one)) ? [`only fields of ${name}: ${below.join(', ')}`] : [];
}

export type ReadMapping =
  | { readonly kind: 'mapping'; readonly mapping: Mapping }
  /** One line for each fault, naming the place, for a person to read. */
  | { readonly kind: 'invalid'; readonly faults: readonly string[] };

/** Reads a mapping file, JSON. */
export function readMapping(text: string): ReadMapping {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return {
      kind: 'invalid',
      faults: [`not JSON: ${errorText(error)}`],
    };
  }
  const read = mappingSchema.safeParse(value);
  if (read.success) return { kind: 'mapping', mapping: read.data };
  return {
    kind: 'invalid',
    faults: read.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'mapping'}: ${message}`,
    ),
  };
}

/** Every column that a rule reads. */
export function columnsOfRule(rule: ValueRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'object':
      return [...rule.fields.values()].flatMap(columnsOfRule);
    case 'list':
      return rule.of.map(({ column: name }) => name);
    case 'date':
    case 'number':
    case 'text':
      return [rule.column];
  }
}

/** Every column that rules read. */
export function columnsOf(events: readonly EventRule[]): ReadonlySet<string> {
  const columns = events.flatMap(({ time, when, fields: rules }) => [
    time,
    ...when.flatMap((one) =>
      one.kind === 'date' ? [one.column, one.notBefore, one.notAfter] : [one.column],
    ),
    ...[...rules.values()].flatMap(columnsOfRule),
  ]);
  return new Set(columns.filter((name) => name !== undefined));
}

/** The columns in which the mapping reads dates. */
export function dateColumnsOf({ events }: Mapping): ReadonlySet<string> {
  const columns = events.flatMap(({ time, when, fields: rules }) => [
    time,
    ...when.flatMap((one) => (one.kind === 'date' ? [one.column, one.notBefore, one.notAfter] : [])),
    ...[...rules.values()].flatMap((rule) =>
      (rule.kind === 'object' ? [...rule.fields.values()] : [rule]).map((one) =>
        one.kind === 'date' ? one.column : undefined,
      ),
    ),
  ]);
  return new Set(columns.filter((name) => name !== undefined));
}
