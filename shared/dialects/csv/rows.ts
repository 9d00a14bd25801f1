import { books } from '../../books/registry.ts';
import { firstMomentOf, lastMomentOf, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import { type Decoder, decoder } from '../../contracts/decode.ts';
import type { Fault } from '../../contracts/fault.ts';
import { feedName } from '../../contracts/ids.ts';
import type { PersonRef, Seal } from '../../contracts/pseudonym.ts';
import { identified, type Statement } from '../translated.ts';
import { isSpoiled } from './cell.ts';
import { type Cells, type Row, rowReader } from './cells.ts';
import {
  type Condition,
  columnsOf,
  type EventRule,
  type ListRule,
  type Mapping,
  type ObjectRule,
  type SimpleRule,
  type ValueRule,
} from './mapping.ts';
import { RowFaults } from './row-faults.ts';
import { textsOf } from './texts.ts';

/** One event that a row states, or the faults for which it is rejected. */
export type RowEvent =
  /** A CloudEvent whose times carry their zone, so that any server reads it alike. */
  | { readonly kind: 'event'; readonly cloudEvent: unknown }
  | {
      readonly kind: 'rejected';
      /** Pointers name columns. */
      readonly faults: readonly Fault[];
      readonly type: string;
      readonly source: string;
      /** The event as far as it could be made, without the row's other cells. */
      readonly raw: string;
    };

/** Number of results of rules that are remembered, up to twice as many: enough for the cases that a file lists side by side. */
const REMEMBERED = 20_000;

/**
 * Turns rows into events, in order. A file repeats its case columns on each line of a case: a rule skips cells that it read shortly
 * before, and the store knows those read long before, since the identity of an event is its content. A rejected event is rejected
 * again on every line that states it, since each of them has to be mended.
 */
export function rowTranslator(mapping: Mapping): (row: Row) => readonly RowEvent[] {
  const read = rowReader(mapping);
  const recent = new Recent(REMEMBERED);
  // The receiver of the event names the feed and limits its size; here it is only checked and brought into canonical form.
  const feed = { feed: feedName(mapping.source), rank: 1 };
  const decode = decoder(books.kinds, mapping.zone, () => feed, Number.POSITIVE_INFINITY, unsealed);
  const rules = mapping.events.map((rule, index) => ({ rule, index, columns: [...columnsOf([rule])] }));
  return (row) => {
    const cells = read(row);
    return rules.flatMap(({ rule, index, columns }): RowEvent[] => {
      const key = JSON.stringify([index, ...columns.map(cells.text)]);
      if (recent.has(key)) return [];
      const faults = new RowFaults(cells, mapping);
      const stated = state(rule, cells, mapping, faults);
      const event = stated && judged(stated, rule, faults, decode);
      if (event?.kind !== 'rejected') recent.add(key);
      return event ? [event] : [];
    });
  };
}

/** A file names its people by the ids of the office; the receiver has the key that seals them. */
const unsealed: Seal = (id) => id as PersonRef;

interface Stated {
  readonly statement: Statement;
  /** Fields that hold the file's own text, which the mapping refuses. */
  readonly refused: readonly string[];
}

/** Undefined when the row does not state the event. */
function state(
  rule: EventRule,
  cells: Cells,
  { source, zone }: Mapping,
  faults: RowFaults,
): Stated | undefined {
  if (!rule.when.every((one) => meets(one, cells, zone))) return undefined;
  const dateOf = (column: string): string => {
    const text = cells.text(column);
    const date = cells.date(column);
    if (text !== '' && date === undefined) faults.date(column);
    return date === undefined ? text : whenText(date);
  };
  for (const column of rule.when.flatMap(datesOf)) dateOf(column);
  const data: Record<string, unknown> = {};
  const refused: string[] = [];
  for (const [name, value] of rule.fields) {
    const got = valueFrom(value, cells, dateOf);
    if (got.kind === 'skip') return undefined;
    if (got.kind === 'value') data[name] = got.value;
    if (got.kind === 'fault') {
      faults.cell(got.column, got.expected);
      data[name] = cells.text(got.column);
      refused.push(name);
    }
  }
  return { statement: { source, type: rule.type, time: dateOf(rule.time), data }, refused };
}

type Got =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'none' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'fault'; readonly column: string; readonly expected: string };

function valueFrom(rule: ValueRule, cells: Cells, dateOf: (column: string) => string): Got {
  if (rule.kind === 'object') return objectFrom(rule, cells, dateOf);
  return rule.kind === 'list' ? listFrom(rule, cells) : simpleFrom(rule, cells, dateOf);
}

function objectFrom({ fields }: ObjectRule, cells: Cells, dateOf: (column: string) => string): Got {
  const object: Record<string, unknown> = {};
  let isStated = false;
  for (const [name, rule] of fields) {
    const got = simpleFrom(rule, cells, dateOf);
    if (got.kind === 'skip' || got.kind === 'fault') return got;
    if (got.kind === 'none') continue;
    object[name] = got.value;
    isStated ||= rule.kind !== 'constant';
  }
  return isStated ? { kind: 'value', value: object } : { kind: 'none' };
}

function listFrom({ of }: ListRule, cells: Cells): Got {
  const spoiled = of.find(({ column }) => isSpoiled(cells.text(column)));
  if (spoiled) return { kind: 'fault', column: spoiled.column, expected: SPELLED_OUT };
  const list = of.flatMap(({ column, split, as, with: others }) =>
    textsOf(cells.text(column), split).map((text) => ({ [as]: text, ...others })),
  );
  return list.length === 0 ? { kind: 'none' } : { kind: 'value', value: list };
}

function simpleFrom(rule: SimpleRule, cells: Cells, dateOf: (column: string) => string): Got {
  if (rule.kind === 'constant') return { kind: 'value', value: rule.value };
  const { column } = rule;
  const cell = cells.text(column);
  if (rule.kind === 'date') return cell === '' ? { kind: 'none' } : { kind: 'value', value: dateOf(column) };
  if (rule.kind === 'number')
    return cell === '' ? { kind: 'none' } : { kind: 'value', value: numberIn(cell) };
  if (rule.map?.has(cell)) return { kind: 'value', value: rule.map.get(cell) };
  if (cell === '') return { kind: 'none' };
  if (rule.map) return unlisted(rule.otherwise, column, rule.map);
  if (isSpoiled(cell)) return { kind: 'fault', column, expected: SPELLED_OUT };
  if (rule.split === undefined) return { kind: 'value', value: cell };
  const list = textsOf(cell, rule.split);
  return list.length === 0 ? { kind: 'none' } : { kind: 'value', value: list };
}

const SPELLED_OUT = 'the text itself, which a spreadsheet keeps in a column of the format Text';

function unlisted(
  otherwise: 'reject' | 'omit' | 'skip',
  column: string,
  map: ReadonlyMap<string, unknown>,
): Got {
  switch (otherwise) {
    case 'omit':
      return { kind: 'none' };
    case 'skip':
      return { kind: 'skip' };
    case 'reject':
      return { kind: 'fault', column, expected: `one of ${[...map.keys()].join(', ')}` };
  }
}

/** A whole number; any other text stays, for the contract to refuse. */
const numberIn = (cell: string): string | number => (/^\d{1,15}$/.test(cell) ? Number(cell) : cell);

function judged(
  { statement, refused }: Stated,
  rule: EventRule,
  faults: RowFaults,
  decode: Decoder,
): RowEvent {
  const { decoded, raw } = identified(statement, { decode });
  const { source, type } = statement;
  const found = decoded.kind === 'invalid' ? decoded.faults : [];
  for (const fault of found) faults.contract(fault, rule);
  if (decoded.kind === 'invalid' || faults.all.length > 0) {
    const unread = refused.filter((name) => !found.some(({ pointer }) => pointer === `/data/${name}`));
    const kept = unread.length === 0 ? raw : identified(unfit(statement, unread), { decode }).raw;
    return { kind: 'rejected', faults: faults.all, type, source, raw: kept };
  }
  const { time, ...data } = JSON.parse(decoded.event.data);
  const id = decoded.event.metadata.sourceId;
  return { kind: 'event', cloudEvent: { specversion: '1.0', id, source, type, time, data } };
}

/** The same in a form that no contract accepts: a text that only the mapping refuses must not be stored before it is mended. */
const unfit = (statement: Statement, names: readonly string[]): Statement => ({
  ...statement,
  data: {
    ...statement.data,
    ...Object.fromEntries(names.map((name) => [name, { text: statement.data[name] }])),
  },
});

/** The columns in which a condition reads dates. */
const datesOf = (one: Condition): readonly string[] =>
  one.kind === 'date'
    ? [one.column, one.notBefore, one.notAfter].filter((column) => column !== undefined)
    : [];

function meets(one: Condition, cells: Cells, zone: Zone): boolean {
  switch (one.kind) {
    case 'set':
      return cells.text(one.column) !== '';
    case 'empty':
      return cells.text(one.column) === '';
    case 'in':
      return one.values.has(cells.text(one.column));
    case 'date': {
      // A text that cannot be compared passes, to be rejected by name later. A day may mean any of its moments.
      const date = cells.date(one.column);
      const from = one.notBefore === undefined ? undefined : cells.date(one.notBefore);
      const to = one.notAfter === undefined ? undefined : cells.date(one.notAfter);
      if (date === undefined) return true;
      const isSoonEnough = to === undefined || firstMomentOf(date, zone) <= lastMomentOf(to, zone);
      return isSoonEnough && (from === undefined || lastMomentOf(date, zone) >= firstMomentOf(from, zone));
    }
  }
}

/** The texts that were given last: `size` to twice `size` different ones. */
class Recent {
  private current = new Set<string>();
  private previous = new Set<string>();
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  has(text: string): boolean {
    return this.current.has(text) || this.previous.has(text);
  }

  add(text: string): void {
    if (this.current.size >= this.size) {
      this.previous = this.current;
      this.current = new Set();
    }
    this.current.add(text);
  }
}
