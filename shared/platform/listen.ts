import type { Config } from './config.ts';
import { ConfigError } from './config-fault.ts';

interface Listening {
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
}

const EXPECTED: Readonly<Record<string, (config: Pick<Config, 'HOST'>) => string>> = {
  EADDRINUSE: ({ HOST }) => `a port of ${HOST} that no other program uses`,
  EACCES: () => 'a port that this user may serve: one from 1024 on',
};

/** Serves on HOST and PORT. @returns the address @throws ConfigError when the port cannot be had */
export async function listenOn(server: Listening, config: Pick<Config, 'HOST' | 'PORT'>): Promise<string> {
  try {
    return await server.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const expected = EXPECTED[code]?.(config);
    if (expected === undefined) throw error;
    throw new ConfigError([{ variable: 'PORT', was: String(config.PORT), expected }]);
  }
}
