import { type Fault, pointerOf, shown } from '../../contracts/fault.ts';
import type { Cells } from './cells.ts';
import type { EventRule, Mapping } from './mapping.ts';

/** The faults of one event of a row: each column once, with the text that the file has there. */
export class RowFaults {
  private readonly byPointer = new Map<string, Fault>();
  private readonly cells: Cells;
  private readonly mapping: Mapping;

  constructor(cells: Cells, mapping: Mapping) {
    this.cells = cells;
    this.mapping = mapping;
  }

  get all(): readonly Fault[] {
    return [...this.byPointer.values()];
  }

  cell(column: string, expected: string): void {
    const was = shown(this.cells.text(column));
    this.keep({ code: 'row-invalid', pointer: pointerOf([column]), was, expected });
  }

  date(column: string): void {
    const { dates } = this.mapping;
    const forms = dates.length === 1 ? `the form ${dates[0]}` : `one of the forms ${dates.join(' · ')}`;
    this.cell(column, `a date from 1990 to 2099 in ${forms}`);
  }

  /** A fault of the contract, at the place where a person can mend it; of a constant that is the mapping, so the field is named. */
  contract(fault: Fault, rule: EventRule): void {
    const field = rule.fields.get(/^\/data\/([^/]+)/.exec(fault.pointer)?.[1] ?? '');
    if (fault.pointer === '/time') this.date(rule.time);
    else if (field === undefined || field.kind === 'constant') this.keep(fault);
    else if (field.kind === 'date') this.date(field.column);
    else this.keep({ ...fault, code: 'row-invalid', pointer: pointerOf([field.column]) });
  }

  private keep(fault: Fault): void {
    if (!this.byPointer.has(fault.pointer)) this.byPointer.set(fault.pointer, fault);
  }
}
