import type { Branded } from '../kernel/brand.ts';

/** A short id that the office gives a person, as keys carry it (mã người giữ khóa): it need not reveal a name. */
export type PersonId = Branded<string, 'PersonId'>;

/** Letters and digits of any language in lower case, and `.`, `_`, `-` between them: two that look the same are the same. */
const PERSON = /^[\p{Ll}\p{Lo}\p{Mn}\p{Nd}]+(?:[._-][\p{Ll}\p{Lo}\p{Mn}\p{Nd}]+)*$/u;
export const PERSON_LIMIT = 40;

export const isPersonId = (text: string): text is PersonId =>
  text.length <= PERSON_LIMIT && PERSON.test(text) && text === text.normalize('NFC');

/**
 * Whether an act of the first person may be approved by the second (nguyên tắc hai người): the one place where persons are compared.
 * Null stands for a key that names no person, and for a server without keys: then nothing shows that there were two.
 */
export function secondPerson(
  first: PersonId | null,
  second: PersonId | null,
): 'allowed' | 'same-person' | 'no-person' {
  if (first === null || second === null) return 'no-person';
  return first === second ? 'same-person' : 'allowed';
}
