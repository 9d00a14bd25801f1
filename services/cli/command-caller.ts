import { userInfo } from 'node:os';
import type { Caller } from '../../shared/platform/caller.ts';

/** Names of keys do not begin so. */
export const COMMAND = 'cli:';

/** The account of the machine that runs a command without a server: it has no key. */
export const commandCaller = (): Caller => ({ name: `${COMMAND}${userInfo().username}` });
