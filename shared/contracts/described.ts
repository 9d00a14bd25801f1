import type { z } from 'zod';

/** The description of a field in the data dictionary and the OpenAPI document. */
export interface Description {
  readonly meaning: string;
  /** The Vietnamese term of the field of work. */
  readonly vi: string;
  /** A value as a feed sends it; the schema must accept it. */
  readonly example: unknown;
  /** When the field may be absent; for optional fields only. */
  readonly omit?: string;
  /** Meaning and Vietnamese term of each value of a list of words. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Names of the extensions of JSON Schema by which `npm run openapi` finds the additions to a description. */
export const EXTENSIONS = {
  vi: 'x-vi',
  omit: 'x-omit',
  values: 'x-values',
  form: 'x-form',
  example: 'x-example',
} as const;

/** The schema with its description; it parses as before. */
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
 * For `z.toJSONSchema`: puts the example where JSON Schema expects it. Zod omits the `examples` of a schema with a transform,
 * since it treats them as examples of the output.
 */
export function withExamples({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  const { [EXTENSIONS.example]: example } = jsonSchema;
  if (example === undefined) return;
  delete jsonSchema[EXTENSIONS.example];
  jsonSchema.examples = [example];
}
