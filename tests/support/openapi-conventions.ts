/** The promises of the OpenAPI document to generators of clients. */
import { z } from 'zod';

const media = z.looseObject({ schema: z.unknown(), example: z.unknown().optional() });
const content = z.record(z.string(), media);
const response = z.union([
  z.strictObject({ $ref: z.string() }),
  z.looseObject({ description: z.string(), content: content.optional() }),
]);
const operation = z.looseObject({
  operationId: z.string().optional(),
  summary: z.string().optional(),
  tags: z.array(z.string()).optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(z.looseObject({ name: z.string(), schema: z.looseObject({}) })).optional(),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), response),
});
const documentSchema = z.looseObject({
  tags: z.array(z.looseObject({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});
type Operation = z.output<typeof operation>;
type Content = z.output<typeof content>;

/** Every place that breaks a convention, in words; empty for a document as it should be. */
export function conventionFaults(document: unknown): readonly string[] {
  const { paths, tags } = documentSchema.parse(document);
  const known = new Set(tags.map(({ name }) => name));
  const ids = new Set<string>();
  const faults = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, one]) => {
      const faults = [...headingFaults(one, known, ids), ...problemFaults(one), ...bodyFaults(one)];
      return faults.map((fault) => `${method} ${path}: ${fault}`);
    }),
  );
  return [...faults, ...nullFaults(document, '#')];
}

function headingFaults({ operationId, summary, tags = [] }: Operation, known: Set<string>, ids: Set<string>) {
  const faults: string[] = [];
  if (!/^[a-z]+([A-Z][a-z]+)+$/.test(operationId ?? '')) faults.push('no operationId such as listAlerts');
  if (ids.has(operationId ?? '')) faults.push(`a second operation ${operationId}`);
  ids.add(operationId ?? '');
  if (!summary) faults.push('no summary');
  if (tags.length !== 1 || !tags.every((tag) => known.has(tag)))
    faults.push(`no tag of ${[...known].join(', ')}`);
  return faults;
}

function problemFaults({ security = [], parameters, requestBody, responses }: Operation): readonly string[] {
  const wanted = [
    ...(security.length > 0 ? ['401', '403', '503'] : []),
    ...(parameters || requestBody ? ['400'] : []),
    ...(requestBody ? ['413', '415'] : []),
  ];
  const missing = wanted.filter((status) => !(status in responses)).map((status) => `no answer ${status}`);
  const foreign = Object.entries(responses).flatMap(([status, one]) => {
    const isReference = '$ref' in one;
    const guarded = security.length > 0 && Number(status) >= 400;
    return guarded && !isReference ? [`its own ${status}: use problemAnswers(${status})`] : [];
  });
  return [...missing, ...foreign];
}

/** A body that people or tools see needs an example that could be sent. */
function bodyFaults({ requestBody, parameters = [], responses }: Operation): readonly string[] {
  const withoutExample = (where: string, bodies: Content = {}) =>
    Object.entries(bodies).flatMap(([type, { example }]) =>
      example === undefined ? [`no example of ${where} as ${type}: give its schema .meta({ examples })`] : [],
    );
  const limits = parameters
    .filter(({ name, schema }) => name === 'limit' && schema.type !== 'integer')
    .map(() => 'limit is no integer');
  const answers = Object.entries(responses).flatMap(([status, one]) =>
    '$ref' in one || Number(status) >= 300 ? [] : withoutExample(`the answer ${status}`, one.content),
  );
  return [...withoutExample('the request', requestBody?.content), ...answers, ...limits];
}

/** A generator makes an empty class of a choice between something and null. */
function nullFaults(value: unknown, place: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const choices: unknown = 'anyOf' in value ? value.anyOf : undefined;
  const isNull = (choice: unknown) =>
    typeof choice === 'object' && choice !== null && 'type' in choice && choice.type === 'null';
  const here = Array.isArray(choices) && choices.some(isNull) ? [`${place}: anyOf with null`] : [];
  const below = Object.entries(value).flatMap(([name, inner]) => nullFaults(inner, `${place}/${name}`));
  return [...here, ...below];
}
