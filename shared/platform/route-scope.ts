import type { AccessScope } from './api-keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller's key must allow. The authentication hook refuses a `/v1` route that names none. */
    scope?: AccessScope;
    /** An empty text in its body is there to be refused; elsewhere it is a field left out. */
    refusesEmptyTexts?: boolean;
  }
  interface FastifyRequest {
    /** The name of the caller's key; absent on a server that runs open. */
    caller?: string;
  }
}
