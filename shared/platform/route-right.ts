import type { Caller } from './caller.ts';
import type { Right } from './keys-file.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The right that the caller's key must have, or several of which any is enough. A `/v1` route without one does not start. */
    right?: Right | readonly Right[];
    /** Its answer ends only with the connection, or with the caller's key. */
    isEndless?: true;
    /** An empty text in its body is there to be refused; elsewhere it is a field left out. */
    refusesEmptyTexts?: boolean;
    /** It bounds its requests itself, and is served whatever else there is to do. */
    ownBound?: true;
  }
  interface FastifyRequest {
    /** Absent on a server that runs open. */
    caller?: Caller;
  }
}
