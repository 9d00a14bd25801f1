import type { Milestones } from '../../bookkeeping/ruling.ts';

/**
 * Milestones as text: numbers separated by commas, each as the difference from the one before it that is there, without the empty ones
 * at the end. Half the size of JSON, and read without an object a value: a million of them within a second.
 */
export function milestonesText(values: Milestones): string {
  let before = 0;
  const parts = values.map((value) => {
    if (value === null) return '';
    const difference = value - before;
    before = value;
    return String(difference);
  });
  return parts.join(',').replace(/,+$/, '');
}

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const SEMICOLON = 59;
/** The numbers before the milestones: the subject, and its combination of dimensions. */
const HEAD = 2;

/** @param milestones the same list each time: it holds until the function returns */
type Take = (subject: number, combination: number, milestones: Milestones) => void;

/** Reads the texts of several standings, separated by semicolons, each behind the numbers of its subject and combination. */
export function readStandings(text: string, take: Take): void {
  if (text === '') return;
  const row = new Row();
  let number = 0;
  let sign = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      number = number * 10 + (code - ZERO);
      sign ||= 1;
    } else if (code === MINUS) sign = -1;
    else {
      row.add(sign === 0 ? null : sign * number);
      if (code === SEMICOLON) row.end(take);
      else if (code !== COMMA) throw new RangeError(`Milestones do not hold a character ${code}`);
      number = 0;
      sign = 0;
    }
  }
  row.add(sign === 0 ? null : sign * number);
  row.end(take);
}

/** The fields of one standing. */
class Row {
  readonly #head = [0, 0];
  readonly #values: (number | null)[] = [];
  #field = 0;
  #before = 0;

  add(difference: number | null): void {
    const place = this.#field - HEAD;
    if (place < 0) this.#head[this.#field] = difference ?? 0;
    else if (difference === null) this.#values[place] = null;
    else {
      this.#before += difference;
      this.#values[place] = this.#before;
    }
    this.#field += 1;
  }

  end(take: Take): void {
    this.#values.fill(null, this.#field - HEAD);
    const [subject = 0, combination = 0] = this.#head;
    take(subject, combination, this.#values);
    this.#field = 0;
    this.#before = 0;
  }
}
