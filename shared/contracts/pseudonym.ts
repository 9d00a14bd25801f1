import type { Branded } from '../kernel/brand.ts';

/** A person (công chức, viên chức) as all behind the door know them: `p-` and 32 hexadecimal digits of a keyed hash. */
export type PersonRef = Branded<string, 'PersonRef'>;

const FORM = /^p-[0-9a-f]{32}$/;

export const isPersonRef = (text: string): text is PersonRef => FORM.test(text);

/** Replaces an id by its pseudonym (mã giả danh) under the key of the office; a pseudonym stays. */
export type Seal = (id: string) => PersonRef;

/** The field that names a person, in every kind of event that does. */
export const PERSON_FIELD = 'staffRef';

export const isPersonField = (name: PropertyKey | undefined): boolean =>
  String(name).toLowerCase() === PERSON_FIELD.toLowerCase();

/** As a fault shows what names a person. */
export const NOT_SHOWN = 'a value that is not shown, since it names a person';

/** Whether a JSON pointer goes to the field that names a person, however its name is written. */
export const pointsAtPerson = (pointer: string): boolean => isPersonField(pointer.split('/').at(-1));
