import { type Fault, pointerOf, shown } from '../../contracts/fault.ts';
import { NOT_SHOWN, PERSON_FIELD } from '../../contracts/pseudonym.ts';
import type { Cells } from './cells.ts';
import { columnsOfRule, type EventRule, type Mapping, type ValueRule } from './mapping.ts';
import { textsOf } from './texts.ts';

/** The faults of one event of a row: each column once, with the text that the file has there. */
export class RowFaults {
  private readonly byPointer = new Map<string, Fault>();
  private readonly cells: Cells;
  private readonly mapping: Mapping;
  /** The columns whose cells name a person. */
  private readonly people: ReadonlySet<string>;

  constructor(cells: Cells, mapping: Mapping) {
    this.cells = cells;
    this.mapping = mapping;
    const naming = mapping.events.flatMap(({ fields }) => fields.get(PERSON_FIELD) ?? []);
    this.people = new Set(naming.flatMap(columnsOfRule));
  }

  get all(): readonly Fault[] {
    return [...this.byPointer.values()];
  }

  cell(column: string, expected: string): void {
    const was = this.people.has(column) ? NOT_SHOWN : shown(this.cells.text(column));
    this.keep({ code: 'row-invalid', pointer: pointerOf([column]), was, expected });
  }

  date(column: string): void {
    const { dates } = this.mapping;
    const forms = dates.length === 1 ? `the form ${dates[0]}` : `one of the forms ${dates.join(' · ')}`;
    this.cell(column, `a date from 1990 to 2099 in ${forms}`);
  }

  /** A fault of the contract, at the place where a person can mend it; of a constant that is the mapping, so the field is named. */
  contract(fault: Fault, rule: EventRule): void {
    const [, name = '', ...within] = fault.pointer.split('/').slice(1);
    const field = rule.fields.get(name);
    if (fault.pointer === '/time') this.date(rule.time);
    else if (field?.kind === 'date') this.date(field.column);
    else this.keepIn(field === undefined ? [] : this.columnsAt(field, within), fault);
  }

  /** Keeps a fault of these columns, unless a fault of one of them says it already; without columns at its own place. */
  private keepIn(columns: readonly string[], fault: Fault): void {
    if (columns.some((column) => this.byPointer.has(pointerOf([column])))) return;
    const column = columns.find((one) => this.cells.text(one) !== '') ?? columns[0];
    this.keep(column === undefined ? fault : { ...fault, code: 'row-invalid', pointer: pointerOf([column]) });
  }

  /** The columns that a place within a field comes from; none of a constant. */
  private columnsAt(field: ValueRule, [first]: readonly string[]): readonly string[] {
    if (first !== undefined && field.kind === 'object') {
      const nested = field.fields.get(first);
      return nested ? columnsOfRule(nested) : [];
    }
    if (first !== undefined && field.kind === 'list') {
      const origins = field.of.flatMap(({ column, split }) =>
        textsOf(this.cells.text(column), split).map(() => column),
      );
      return origins.slice(Number(first), Number(first) + 1);
    }
    return columnsOfRule(field);
  }

  private keep(fault: Fault): void {
    if (!this.byPointer.has(fault.pointer)) this.byPointer.set(fault.pointer, fault);
  }
}
