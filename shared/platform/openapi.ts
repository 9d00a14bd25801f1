import { PROBLEMS, type ProblemCode, problem } from './problem-codes.ts';

/**
 * What every route has in common in the OpenAPI document, added here so that a route says only what is its own:
 *
 * - who may be optional is written so that client generators understand it: `type: [T, "null"]`, for a reference
 *   `oneOf: [$ref, null]`, never `anyOf`;
 * - answers of 400 and above that carry a `Problem` are shared responses, and those that each route of its kind can give
 *   (400, 401, 403, 413, 415, 503, 507) are added;
 * - the first of a body's `examples` (zod: `.meta({ examples: […] })`) is the example of its media type; where the schema transforms
 *   what it reads zod leaves `examples` out, and `x-example` is the one;
 * - a schema with `x-component` becomes a component of that name; one with `x-media-types` is a body that looks different in
 *   each media type; components without a reference are left out;
 * - the `x-webhooks` of an operation are the `webhooks` of the document: what is sent to who asks by it.
 */

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** JSON Schema for a body whose shape depends on its media type. */
export type BodySchemas = Readonly<
  Record<'x-media-types', Readonly<Record<string, Record<string, unknown>>>>
>;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const mapped = (value: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === undefined ? [] : [[name, change(inner, name)]],
    ),
  );

/** Changes every object of a document, the inner ones first. */
function everywhere(value: Json, change: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((inner: Json) => everywhere(inner, change));
  if (!isObject(value)) return value;
  return change(mapped(value, (inner, name) => (DATA.has(name) ? inner : everywhere(inner, change))));
}
/** Below these is example data, not part of the document. */
const DATA = new Set(['example', 'examples', 'x-example', 'default', 'enum', 'const']);

const NULL: JsonObject = { type: 'null' };
const isNull = (value: Json): boolean => isObject(value) && value.type === 'null';

/** Writes a choice between something and null in the way that generators of clients understand. */
export function plainNullable(schema: JsonObject): JsonObject {
  const { anyOf, ...beside } = schema;
  const choices = listOf(anyOf);
  if (!choices.some(isNull)) return schema;
  const others = choices.filter((choice) => !isNull(choice));
  const [only] = others;
  if (others.length > 1 || !isObject(only)) return { ...beside, oneOf: [...others, NULL] };
  if (Array.isArray(only.oneOf)) return { ...only, ...beside, oneOf: [...only.oneOf, NULL] };
  if (only.type === undefined) return { ...beside, oneOf: [only, NULL] };
  const { type, enum: values, const: one, ...rest } = only;
  const allowed = one === undefined ? values : [one];
  return {
    type: [...(Array.isArray(type) ? type : [type]), 'null'],
    ...rest,
    ...beside,
    ...(Array.isArray(allowed) && { enum: [...allowed, null] }),
  };
}

/** Leaves out what zod adds without use to a reader: the bounds of a safe integer, the pattern of a format. */
function withoutNoise(schema: JsonObject): JsonObject {
  const { minimum, maximum, pattern, propertyNames, ...rest } = schema;
  return {
    ...rest,
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(pattern !== undefined && schema.format === undefined && { pattern }),
    ...(propertyNames !== undefined && !isPlainString(propertyNames) && { propertyNames }),
  };
}
const isPlainString = (value: Json): boolean =>
  isObject(value) && value.type === 'string' && Object.keys(value).length === 1;

const NAMES = {
  400: 'BadRequest',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  428: 'PreconditionRequired',
  503: 'Unavailable',
  507: 'StoreFull',
} as const satisfies Readonly<Record<number, string>>;

const isNamed = (status: string): status is `${keyof typeof NAMES}` => Object.hasOwn(NAMES, status);
const SUCCESS: Readonly<Record<string, string>> = {
  200: 'The answer',
  201: 'Created',
  202: 'Accepted; the work continues in the background',
  204: 'Done; there is nothing more to say',
};

const EXAMPLES: Readonly<Partial<Record<ProblemCode, string>>> = {
  'request-invalid': 'The query is not valid.',
  unauthenticated: 'Send a valid key as "Authorization: Bearer nhip_…".',
  forbidden: 'This needs a key with the right read.',
  'not-found': 'No event has named the dossier H19.12-261116-0001.',
  conflict: 'The alert is not firing.',
  'precondition-failed':
    'The objective dossier-on-time was stated otherwise meanwhile: look again at GET /v1/objectives/dossier-on-time/definition.',
  'precondition-required': 'If-Match is needed: the ETag of GET /v1/objectives/dossier-on-time/definition.',
  'body-too-large': 'Up to 5242880 bytes are accepted here.',
  'media-type-unsupported': 'Bodies of text/csv are not accepted here.',
  unavailable: 'The ledger is at 41 and has not yet reached 42.',
  'store-full': 'The disk is full; nothing was acknowledged, send the same again once there is room.',
};

/** The shared responses, by the names that operations refer to. */
function problemResponses(): JsonObject {
  return Object.fromEntries(
    Object.entries(NAMES).map(([status, name]) => {
      const codes = (Object.keys(PROBLEMS) as ProblemCode[]).filter(
        (code) => PROBLEMS[code].status === Number(status),
      );
      const [first] = codes;
      const schema = { $ref: '#/components/schemas/Problem' };
      const example = first && { ...problem(first, EXAMPLES[first] ?? PROBLEMS[first].title) };
      const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
      const retryAfter = { description: 'Seconds to wait.', schema: { type: 'integer' } };
      return [
        name,
        {
          description,
          ...(status === '503' && { headers: { 'Retry-After': retryAfter } }),
          content: { 'application/problem+json': { schema, ...(example && { example }) } },
        },
      ];
    }),
  );
}

const isProblem = (response: Json | undefined): boolean =>
  Object.values(objectOf(objectOf(response).content)).some(
    (media) => objectOf(objectOf(media).schema).$ref === '#/components/schemas/Problem',
  );

/** Adds the problems that an operation can end in by its kind, and names all of them. */
function withProblems(method: string, operation: JsonObject): JsonObject {
  const { security, parameters, requestBody } = operation;
  const guarded = listOf(security).length > 0;
  const expected = [
    ...(parameters !== undefined || requestBody !== undefined ? ['400'] : []),
    ...(guarded ? ['401', '403', '503'] : []),
    ...(requestBody !== undefined ? ['413', '415'] : []),
    ...(guarded && method !== 'get' ? ['507'] : []),
  ];
  const own = mapped(objectOf(operation.responses), (response, status) =>
    isNamed(status) && isProblem(response)
      ? { $ref: `#/components/responses/${NAMES[status]}` }
      : describedResponse(objectOf(response), status),
  );
  const added = expected.flatMap((status) =>
    isNamed(status) ? [[status, { $ref: `#/components/responses/${NAMES[status]}` }]] : [],
  );
  return { ...operation, responses: { ...Object.fromEntries(added), ...own } };
}

function describedResponse({ description, content, ...rest }: JsonObject, status: string): JsonObject {
  const text = description === 'Default Response' ? (SUCCESS[status] ?? description) : description;
  return { description: text, ...rest, ...(status !== '204' && content !== undefined && { content }) };
}

/** One schema a media type, where a body has several shapes. */
function withBodies(operation: JsonObject): JsonObject {
  const { requestBody } = operation;
  if (!isObject(requestBody)) return operation;
  const content = mapped(objectOf(requestBody.content), (media, mediaType) => {
    const { schema, ...rest } = objectOf(media);
    const own = objectOf(objectOf(schema)['x-media-types'])[mediaType];
    return own === undefined ? media : { ...rest, schema: own };
  });
  return { ...operation, requestBody: { ...requestBody, content } };
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch']);
const eachOperation = (
  paths: Json | undefined,
  change: (method: string, operation: JsonObject) => JsonObject,
): JsonObject =>
  mapped(objectOf(paths), (item) =>
    mapped(objectOf(item), (operation, name) =>
      METHODS.has(name) && isObject(operation) ? change(name, operation) : operation,
    ),
  );

const referenceTo = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const nameIn = (reference: Json | undefined): string | undefined =>
  typeof reference === 'string' ? /^#\/components\/\w+\/(.+)$/.exec(reference)?.[1] : undefined;

/** Moves each schema that names itself a component among the components. */
function withComponents(document: JsonObject): JsonObject {
  const found: Record<string, Json> = {};
  const changed = objectOf(
    everywhere(document, ({ 'x-component': name, ...schema }) => {
      if (typeof name !== 'string') return schema;
      found[name] = schema;
      return referenceTo(name);
    }),
  );
  const components = objectOf(changed.components);
  return {
    ...changed,
    components: { ...components, schemas: { ...objectOf(components.schemas), ...found } },
  };
}

/** Moves the first example of each body's schema to its media type, where every tool looks for it. */
function withExamples(document: JsonObject): JsonObject {
  const components = objectOf(document.components);
  const schemas = objectOf(components.schemas);
  const ownExampleOf = ({ examples, 'x-example': one }: JsonObject): Json | undefined =>
    one ?? listOf(examples)[0];
  const exampleOf = (schema: JsonObject): Json | undefined =>
    ownExampleOf(schema) ?? ownExampleOf(objectOf(schemas[nameIn(schema.$ref) ?? '']));
  const lifted = everywhere(document, (object) =>
    isObject(object.content) ? { ...object, content: mapped(object.content, withExample) } : object,
  );
  function withExample(media: Json): Json {
    const { schema, ...rest } = objectOf(media);
    if (!isObject(schema)) return media;
    const example = exampleOf(schema);
    return { schema: withoutExamples(schema), ...(example !== undefined && { example }), ...rest };
  }
  return {
    ...objectOf(lifted),
    components: { ...components, schemas: mapped(schemas, (schema) => withoutExamples(objectOf(schema))) },
  };
}
const withoutExamples = ({ examples: _, 'x-example': __, ...schema }: JsonObject): JsonObject => schema;

/** Leaves out the components that nothing refers to, nor what refers to them. */
function withoutUnused(document: JsonObject): JsonObject {
  const { components, ...rest } = document;
  const schemas = objectOf(objectOf(components).schemas);
  const used = new Set<string>();
  const visit = (value: Json) => {
    everywhere(value, (object) => {
      const name = nameIn(object.$ref);
      if (name !== undefined && !used.has(name)) {
        used.add(name);
        const schema = schemas[name];
        if (schema !== undefined) visit(schema);
      }
      return object;
    });
  };
  visit(rest);
  visit(objectOf(objectOf(components).responses));
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return {
    ...rest,
    components: {
      ...objectOf(components),
      schemas: Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** The document as clients get it, from what the routes' schemas became. */
export function finishedDocument<Document extends object>(document: Document): Document {
  // Through its text, since what goes out is JSON and nothing else.
  return JSON.parse(JSON.stringify(finished(JSON.parse(JSON.stringify(document)))));
}

function finished({ components, paths: routes, ...rest }: JsonObject): JsonObject {
  const webhooks: Record<string, Json | undefined> = {};
  const paths = eachOperation(routes, (_method, { 'x-webhooks': messages, ...operation }) => {
    Object.assign(webhooks, objectOf(messages));
    return operation;
  });
  const operations = eachOperation(paths, (method, operation) => withProblems(method, withBodies(operation)));
  const responses = problemResponses();
  const whole = { ...rest, components: { ...objectOf(components), responses }, paths: operations, webhooks };
  const written = everywhere(withComponents(whole), (object) => plainNullable(withoutNoise(object)));
  return withoutUnused(withExamples(objectOf(written)));
}
