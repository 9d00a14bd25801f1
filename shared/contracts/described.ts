import type { z } from 'zod';

/** What the data dictionary and the OpenAPI document say of a field. */
export interface Description {
  readonly meaning: string;
  /** The Vietnamese term of the field of work. */
  readonly vi: string;
  /** A value as a feed sends it; it must be accepted. */
  readonly example: unknown;
  /** When the field may be left out; only of a field that may. */
  readonly omit?: string;
  /** Meaning and Vietnamese term of each value of a list of words. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Names of the extensions of JSON Schema by which `npm run openapi` finds what stands beside a description. */
export const EXTENSIONS = {
  vi: 'x-vi',
  omit: 'x-omit',
  values: 'x-values',
  form: 'x-form',
  example: 'x-example',
} as const;

/** The schema with its description; it reads as before. */
export function described<Schema extends z.ZodType>(schema: Schema, description: Description): Schema {
  const { meaning, vi, example, omit, values } = description;
  return schema.meta({
    description: [`${meaning} (${vi}).`, ...(omit === undefined ? [] : [`Left out: ${omit}.`])].join(' '),
    [EXTENSIONS.example]: example,
    [EXTENSIONS.vi]: vi,
    ...(omit !== undefined && { [EXTENSIONS.omit]: omit }),
    ...(values && { [EXTENSIONS.values]: values }),
  });
}

/**
 * For `z.toJSONSchema`: the example where JSON Schema has it. Zod itself leaves out the `examples` of what is read into another
 * form, since it takes them for examples of that form.
 */
export function withExamples({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  const { [EXTENSIONS.example]: example } = jsonSchema;
  if (example === undefined) return;
  delete jsonSchema[EXTENSIONS.example];
  jsonSchema.examples = [example];
}
