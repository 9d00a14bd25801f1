import { globSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

/** The content of a YAML file, with its merge keys (`<<`) resolved, as compose does it. */
export const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'), { merge: true });

/** All documents of a YAML file. @throws the first fault */
export function readYamlDocuments(path: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    const [fault] = document.errors;
    if (fault) throw fault;
    return document.toJS() as unknown;
  });
}

/** Variables of the processes of the production topology. */
const PRODUCTION = [
  'EVENTSTORE_URL',
  'EVENTSTORE_URL_FILE',
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'KAFKA_SASL_PASSWORD_FILE',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  // Node's own.
  'NODE_OPTIONS',
];

/** Every variable that a schema of the configuration names, and those above. */
export function knownVariables(): ReadonlySet<string> {
  const schemas = globSync(['shared/platform/config.ts', 'services/**/config.ts']);
  const named = schemas.flatMap((path) => {
    const found = readFileSync(path, 'utf8').matchAll(/^\s+([A-Z][A-Z0-9_]{3,}):/gm);
    return [...found].map(([, name]) => name ?? '');
  });
  return new Set([...named, ...PRODUCTION]);
}
