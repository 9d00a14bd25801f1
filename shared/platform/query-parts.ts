import { z } from 'zod';

/**
 * A whole number in a query, from 1 to `most`. It is checked as text, so that nothing wrong is bent into something right; the
 * OpenAPI document says `integer`.
 */
export const wholeNumber = (most: number) =>
  z
    .custom<string>(
      (text) => typeof text === 'string' && /^[1-9]\d*$/.test(text) && Number(text) <= most,
      `a whole number from 1 to ${most}`,
    )
    .meta({ type: 'integer', minimum: 1, maximum: most })
    .transform(Number);

/**
 * The query of a list whose pages continue after a number, as the revision of an event: up to `most` items on a page, and `next` of the
 * page before.
 */
export const numberedPageQuery = (most: number) =>
  z.strictObject({
    limit: wholeNumber(most).optional(),
    cursor: z
      .string()
      .regex(/^[1-9]\d{0,14}$/, 'a cursor that this list gave as `next`')
      .transform(Number)
      .optional()
      .describe('`next` of the page before.'),
  });

/** Yes or no in a query; `boolean` in the OpenAPI document. */
export const yesOrNo = () =>
  z
    .custom<string>((text) => text === 'true' || text === 'false', 'true or false')
    .meta({ type: 'boolean' })
    .transform((text) => text === 'true');
