/** The bodies of all webhook messages (docs/webhook-messages.md), made from the OpenAPI document. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}
interface Message {
  readonly post: {
    readonly summary: string;
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': { readonly schema: Schema; readonly example: unknown };
      };
    };
  };
}
interface Document {
  readonly webhooks: Readonly<Record<string, Message>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const HEAD = `# Webhook messages

The body of each message, with an example as a receiver gets it. This page is written by \`npm run openapi\` from the schemas that the messages
are tested against. How to register, to verify and to answer: [webhooks.md](webhooks.md).

Every body is \`{"type": …, "timestamp": …, "data": {…}}\`. \`timestamp\` is when it happened, the same on every attempt. All times are RFC 3339 in UTC.
Fields may be added; ignore those that you do not know.
`;

/** @param document the OpenAPI document, finished */
export function webhookMessagesText(document: Document): string {
  const chapters = Object.entries(document.webhooks).map(([type, { post }]) => {
    const { schema, example } = post.requestBody.content['application/json'];
    const data = schema.properties?.data;
    const name = data?.$ref?.split('/').at(-1);
    const fields = name === undefined ? data : document.components.schemas[name];
    return `## ${type}\n${post.summary}.\n\n${table(fields ?? {})}\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`;
  });
  return [HEAD, ...chapters].join('\n');
}

function table({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `| \`${name}\` | ${formOf(field)} | ${required.includes(name) ? 'always' : 'where known'} | ${field.description ?? ''} |`,
  );
  return ['| field of `data` | form | present | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function formOf({ type, format, enum: words, items, properties = {} }: Schema): string {
  const types = typeof type === 'string' ? [type] : (type ?? []);
  const orNull = types.includes('null') ? ' or `null`' : '';
  if (words)
    return (
      words
        .filter((word) => word !== null)
        .map((word) => `\`${word}\``)
        .join(', ') + orNull
    );
  if (format === 'date-time') return `date-time${orNull}`;
  if (format === 'uri') return `address${orNull}`;
  const [own = ''] = types.filter((name) => name !== 'null');
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: '`true` or `false`',
    object: `object with ${Object.keys(properties)
      .map((name) => `\`${name}\``)
      .join(' and ')}`,
    array: `list of ${items?.type === 'string' ? 'texts' : 'objects'}`,
  };
  return (names[own] ?? own) + orNull;
}
