/**
 * `node tests/support/openapi.ts` writes openapi.json from the routes' own schemas, with answers of a real server as examples, and
 * the pages of docs/ that are made from it: the data dictionary and the bodies of the webhooks.
 */
import { writeFileSync } from 'node:fs';
import { dictionaryText } from './dictionary.ts';
import { startInProcess } from './in-process.ts';
import { conventionFaults } from './openapi-conventions.ts';
import { EXAMPLE_NOW, realAnswers } from './openapi-examples.ts';
import { webhookMessagesText } from './webhook-messages.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, { example?: unknown }> }>>;
}

/** The OpenAPI document of the whole surface, as text. */
export async function openApiText(): Promise<string> {
  const running = await startInProcess(EXAMPLE_NOW);
  try {
    const document: Document = JSON.parse(JSON.stringify(running.server.swagger()));
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const events = document.paths['/v1/events']?.post?.requestBody?.content['application/json']?.example;
    const answers = await realAnswers(running.server, Array.isArray(events) ? events : []);
    for (const { operationId, responses } of operations) {
      const media = responses[200]?.content?.['application/json'];
      if (media && answers.has(operationId)) media.example = answers.get(operationId);
    }
    return `${JSON.stringify(document, null, 2)}\n`;
  } finally {
    await running.close();
  }
}

if (import.meta.main) {
  const text = await openApiText();
  writeFileSync('openapi.json', text);
  writeFileSync('docs/dictionary.md', dictionaryText(JSON.parse(text)));
  writeFileSync('docs/webhook-messages.md', webhookMessagesText(JSON.parse(text)));
  const faults = conventionFaults(JSON.parse(text));
  for (const fault of faults) process.stderr.write(`openapi.json: ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
