import { existsSync } from 'node:fs';

/** Whether it is worth asking for a container engine at all: loading the client takes half a second. */
export const mayHaveEngine = (): boolean =>
  process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
