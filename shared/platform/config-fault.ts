import { errorText } from '../kernel/error-text.ts';

/** One variable that cannot be used as it is. */
export interface ConfigFault {
  readonly variable: string;
  readonly was: string;
  readonly expected: string;
}

/** A fault as a line for the operator. */
export const configFaultText = ({ variable, was, expected }: ConfigFault): string =>
  `${variable}: got ${JSON.stringify(was)}, want ${expected}`;

/** What a process is started with is not as it should be. */
export class ConfigError extends Error {
  readonly code = 'config';
  readonly faults: readonly ConfigFault[];
  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(configFaultText).join('\n'));
    this.faults = faults;
  }
}

/** A variable that names a file which cannot be read or does not say what it should. */
export const faultyFile = (variable: string, path: string | undefined, error: unknown): ConfigFault => ({
  variable,
  was: path ?? '',
  expected: `a readable file of the documented shape: ${errorText(error)}`,
});
