import Fastify from 'fastify';
import { startInProcess } from '../in-process.ts';

/** Every path that ingest serves and the API describes, as OpenAPI writes it, and all others of the API. */
export async function apiPaths(document: { readonly paths: object }): Promise<{
  readonly ingest: readonly string[];
  readonly others: readonly string[];
}> {
  const running = await startInProcess(Date.parse('2026-11-30T08:00:00+07:00'));
  try {
    const served = new Set<string>();
    const app = Fastify();
    app.setValidatorCompiler(() => () => true);
    app.setSerializerCompiler(() => JSON.stringify);
    app.addHook('onRoute', ({ url }) => void served.add(url.replaceAll(/:(\w+)/g, '{$1}')));
    await app.register(running.nhip.ingest.routes, { prefix: '/v1' });
    await app.close();
    const described = Object.keys(document.paths);
    return {
      ingest: described.filter((path) => served.has(path)),
      others: described.filter((path) => !served.has(path)),
    };
  } finally {
    await running.close();
  }
}
