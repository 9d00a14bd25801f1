import { z } from 'zod';

/** Text in Vietnamese and English. */
export interface BilingualText {
  readonly vi: string;
  readonly en: string;
}

export const bilingualSchema = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });

/** The words for what a measure counts; `failed` are those that count against it. */
export interface CountedWords {
  readonly counted: BilingualText;
  readonly failed: { readonly one: BilingualText; readonly many: BilingualText };
}
