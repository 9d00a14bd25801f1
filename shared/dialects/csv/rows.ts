import { parseMoment } from '../../calendar/zone.ts';
import { type Decoder, decoder } from '../../contracts/decode.ts';
import { type Fault, pointerOf, shown } from '../../contracts/fault.ts';
import { feedName } from '../../contracts/ids.ts';
import { type DateReader, dateReader } from '../date-forms.ts';
import { identified, type Statement } from '../translated.ts';
import { type Condition, columnsOf, type EventRule, type Mapping, type ValueRule } from './mapping.ts';

/** One event that a row states, or why it cannot be taken. */
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

/** A cell by the name of its column. */
export type Row = ReadonlyMap<string, string>;

/** What so many rules read of rows is remembered, twice at most: enough for the cases that a file tells side by side. */
const REMEMBERED = 20_000;

/**
 * Turns rows into events, in order. A file repeats its case columns on each line of a case: what a rule read shortly before it
 * does not read again, and what it read long before is known to the store, since the identity of an event is its content.
 */
export function rowTranslator(mapping: Mapping): (row: Row) => readonly RowEvent[] {
  const { source, zone } = mapping;
  const read = dateReader(mapping.dates);
  const recent = recently(REMEMBERED);
  // The feed is named by whoever takes the event; here it is only checked and brought into canonical form.
  const decode = decoder(zone, () => ({ feed: feedName(source), rank: 1 }));
  const holds = (one: Condition, row: Row) =>
    meets(one, row, (text) => parseMoment(read(text) ?? text, zone));
  const rules = mapping.events.map((rule, index) => ({ rule, index, columns: [...columnsOf([rule])] }));
  return (row) =>
    rules.flatMap(({ rule, index, columns }): RowEvent[] => {
      const cells = columns.map((column) => cellOf(row, column));
      if (recent(JSON.stringify([index, cells])) || !rule.when.every((one) => holds(one, row))) return [];
      const stated = state(rule, row, source, read);
      return stated ? [judged(stated, rule, decode)] : [];
    });
}

interface Stated {
  readonly statement: Statement;
  /** Cells that no map lists. */
  readonly faults: readonly Fault[];
}

/** Undefined when a cell says that there is no event. */
function state(rule: EventRule, row: Row, source: string, read: DateReader): Stated | undefined {
  const data: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, value] of rule.fields) {
    const cell = value.kind === 'constant' ? '' : cellOf(row, value.column);
    const got = valueFrom(value, cell, read);
    if (got.kind === 'skip') return undefined;
    if (got.kind === 'value') data[name] = got.value;
    if (got.kind === 'unlisted') faults.push(unlisted(value, cell));
  }
  const time = cellOf(row, rule.time);
  return { statement: { source, type: rule.type, time: time && (read(time) ?? time), data }, faults };
}

type Got =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'none' | 'skip' | 'unlisted' };

function valueFrom(rule: ValueRule, cell: string, read: DateReader): Got {
  if (rule.kind === 'constant') return { kind: 'value', value: rule.value };
  if (rule.kind === 'date') {
    // A date in no known form stays as it is, so that the contract refuses it by name.
    return cell === '' ? { kind: 'none' } : { kind: 'value', value: read(cell) ?? cell };
  }
  if (rule.map?.has(cell)) return { kind: 'value', value: rule.map.get(cell) };
  if (cell === '') return { kind: 'none' };
  if (rule.map) {
    const outcomes = { reject: 'unlisted', omit: 'none', skip: 'skip' } as const;
    return { kind: outcomes[rule.otherwise] };
  }
  return { kind: 'value', value: rule.split === undefined ? cell : listOf(cell, rule.split) };
}

const listOf = (cell: string, by: string): readonly string[] =>
  cell
    .split(by)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function unlisted(rule: ValueRule, cell: string): Fault {
  const listed = rule.kind === 'text' && rule.map ? [...rule.map.keys()].join(', ') : '';
  const column = rule.kind === 'constant' ? '' : rule.column;
  return {
    code: 'row-invalid',
    pointer: pointerOf([column]),
    was: shown(cell),
    expected: `one of ${listed}`,
  };
}

function judged({ statement, faults }: Stated, rule: EventRule, decode: Decoder): RowEvent {
  const { decoded, raw } = identified(statement, { decode });
  const { source, type } = statement;
  const all =
    decoded.kind === 'event' ? faults : [...faults, ...decoded.faults.map((fault) => inRow(fault, rule))];
  if (all.length > 0 || decoded.kind === 'invalid')
    return { kind: 'rejected', faults: all, type, source, raw };
  const { time, ...data } = JSON.parse(decoded.event.data);
  const id = decoded.event.metadata.sourceId;
  return { kind: 'event', cloudEvent: { specversion: '1.0', id, source, type, time, data } };
}

/** The same fault, where a person can mend it: in the column that the field came from. */
function inRow(fault: Fault, rule: EventRule): Fault {
  const field = /^\/data\/([^/]+)/.exec(fault.pointer)?.[1];
  const value = field === undefined ? undefined : rule.fields.get(field);
  const column =
    fault.pointer === '/time' ? rule.time : value && value.kind !== 'constant' ? value.column : undefined;
  return column === undefined ? fault : { ...fault, code: 'row-invalid', pointer: pointerOf([column]) };
}

function meets(one: Condition, row: Row, momentOf: (text: string) => number | undefined): boolean {
  const cell = cellOf(row, one.column);
  switch (one.kind) {
    case 'set':
      return cell !== '';
    case 'empty':
      return cell === '';
    case 'in':
      return one.values.has(cell);
    case 'date': {
      // A date that is none is let through: the event it would time is then rejected by name.
      const moment = momentOf(cell);
      const bound = (name: string | undefined) =>
        name === undefined ? undefined : momentOf(cellOf(row, name));
      const [from, to] = [bound(one.notBefore), bound(one.notAfter)];
      return moment === undefined || (moment >= (from ?? moment) && moment <= (to ?? moment));
    }
  }
}

const cellOf = (row: Row, column: string): string => row.get(column)?.trim() ?? '';

/** Whether a text was given before, as far as it is remembered: the last `size` to twice `size` different ones are. */
function recently(size: number): (text: string) => boolean {
  let current = new Set<string>();
  let previous = new Set<string>();
  return (text) => {
    if (current.has(text) || previous.has(text)) return true;
    if (current.size >= size) {
      previous = current;
      current = new Set();
    }
    current.add(text);
    return false;
  };
}
