import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const PAGE = fileURLToPath(new URL('./dashboard/', import.meta.url));
const UPLOT = dirname(fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css')));

/** The page loads nothing from elsewhere and runs only its own files. */
const POLICY =
  "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** `/`: the page that operations staff look at all day. */
export async function dashboard(app: FastifyInstance): Promise<void> {
  const setHeaders = (reply: FastifyReply) => reply.header('content-security-policy', POLICY);
  await app.register(fastifyStatic, {
    root: PAGE,
    prefix: '/',
    wildcard: false,
    // Its tests and the settings of its type check stand beside it, and are nobody's to read.
    globIgnore: ['**/*.ts', '**/tsconfig.json'],
    setHeaders,
  });
  await app.register(fastifyStatic, {
    root: UPLOT,
    prefix: '/uplot/',
    decorateReply: false,
    wildcard: false,
    setHeaders,
  });
}
