/** The data dictionary (docs/dictionary.md), made from the schemas of the events in the OpenAPI document. */

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly 'x-form'?: string;
  readonly 'x-vi'?: string;
  readonly 'x-omit'?: string;
  readonly 'x-values'?: Readonly<Record<string, string>>;
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A field of an event with its dotted name (`recipients[].channel`), below `data` or in the envelope. */
export interface Entry {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}
/** What a feed may send: one type of event. */
export interface Chapter {
  readonly type: string;
  readonly envelope: readonly Entry[];
  readonly data: readonly Entry[];
}

function entriesOf({ properties = {}, required = [] }: Schema, prefix = ''): Entry[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    { name: prefix + name, required: required.includes(name), schema },
    ...entriesOf(schema, `${prefix}${name}.`),
    ...(schema.items ? entriesOf(schema.items, `${prefix}${name}[].`) : []),
  ]);
}

/** The types of events, as the document has them. */
export function chaptersOf({ components }: Document): Chapter[] {
  return Object.values(components.schemas).flatMap(({ properties = {}, required = [] }) => {
    const { specversion, type, data, ...rest } = properties;
    const [name] = type?.enum ?? [];
    if (!specversion || !type || !data || typeof name !== 'string') return [];
    const envelope = entriesOf({ properties: { specversion, type, ...rest }, required });
    return [{ type: name, envelope, data: entriesOf(data) }];
  });
}

/** The meaning without the term and without what may be left out, which have columns of their own. */
function meaningOf({ description = '', 'x-vi': term = '' }: Schema): string {
  return description.slice(0, description.indexOf(` (${term})`));
}

function formOf({ type, format, maxLength, items, 'x-form': form, ...schema }: Schema): string {
  const types = typeof type === 'string' ? [type] : (type ?? []);
  const orNull = types.includes('null') ? ' or `null`' : '';
  const [own = 'anything'] = types.filter((name) => name !== 'null');
  if (form === 'when') return `date or date-time${orNull}`;
  if (format === 'date') return `date${orNull}`;
  if (schema.enum) return schema.enum.length === 1 ? code(schema.enum[0]) : 'word, below';
  if (own === 'array')
    return items?.enum ? 'list of words, below' : `list of ${items?.type === 'object' ? 'objects' : 'texts'}`;
  if (own === 'integer') return 'whole number';
  if (own !== 'string') return own + orNull;
  return maxLength === undefined ? `text${orNull}` : `text, up to ${maxLength} characters${orNull}`;
}

const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const cell = (text: string) => text.replaceAll('|', '\\|');

function table(entries: readonly Entry[]): string {
  const rows = entries.map(({ name, required, schema }) =>
    [
      `\`${name}\``,
      schema['x-vi'] ?? '',
      meaningOf(schema),
      formOf(schema),
      code(schema.examples?.[0]),
      required ? 'no' : `yes: ${schema['x-omit']}`,
    ].map(cell),
  );
  const header = ['field', 'Vietnamese term', 'meaning', 'form', 'example', 'may be left out'];
  return [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function valueTables(entries: readonly Entry[]): string {
  return entries
    .flatMap(({ name, schema }) => {
      const values = Object.entries(schema['x-values'] ?? {});
      if (values.length === 0) return [];
      const rows = values.map(([value, meaning]) => `| \`${value}\` | ${cell(meaning)} |`);
      return [`Values of \`${name}\`:\n\n| value | meaning |\n|---|---|\n${rows.join('\n')}\n`];
    })
    .join('\n');
}

const HEAD = `# Data dictionary

Every field of every event that a feed may send. This page is written by \`npm run openapi\` from the schemas that check the events: change it
there. How to send events, how a correction works and what each door accepts: [events.md](events.md).

- **date or date-time**: RFC 3339 (\`2026-11-20T09:31:00+07:00\`; without a zone it is office time) is that moment. A date (\`2026-11-20\`), and
  midnight without a zone, is that *day*. Years from 1990 to 2099.
- **left out**: an optional field that is \`null\`, empty or only blanks is a field left out, unless its form names \`null\`.
- **text** has no control or invisible characters; it is compared in Unicode NFC and without blanks around it.
- **other fields** are not stored. The answer lists their names under \`dropped\`. A name that is wrong in its case alone (\`DueAt\`) is a fault.
`;

/** @param document the OpenAPI document, finished */
export function dictionaryText(document: Document): string {
  const chapters = chaptersOf(document).sort((a, b) => placeOf(a) - placeOf(b));
  const [first] = chapters;
  const envelope = first ? first.envelope.filter(({ name }) => name !== 'type') : [];
  return [
    HEAD,
    `## Every event\nThe envelope is [CloudEvents 1.0](https://cloudevents.io); \`type\` names the type, \`data\` holds its fields.\n\n${table(envelope)}\n`,
    ...chapters.map(({ type, data }) => `## ${type}\n${table(data)}\n\n${valueTables(data)}`),
  ].join('\n');
}

/** The order of a reader: what is counted, then what it is counted by; a type that is not listed comes last. */
const ORDER = [
  'dossier.status.v1',
  'document.registered.v1',
  'document.exchange.v1',
  'inspection.planned.v1',
  'inspection.visited.v1',
  'inspection.concluded.v1',
  'inspection.finding.v1',
  'inspection.finding-closed.v1',
  'unit.declared.v1',
  'field.declared.v1',
  'procedure.declared.v1',
  'calendar.day-declared.v1',
  'agency-id.mapped.v1',
];
const placeOf = ({ type }: Chapter) => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);
