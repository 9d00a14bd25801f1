import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

/** Why tests in a browser cannot run here, for the `skip` of a test; false when they can, and in CI, where they must. */
export const noBrowser: string | false =
  executablePath !== undefined || process.env.CI === 'true'
    ? false
    : 'no Chromium: install the package chromium, or set CHROMIUM_PATH';

/** Starts a real Chromium that connects only to the pages under test. @throws Error when there is none */
export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined)
    throw new Error('no Chromium: install the package chromium, or set CHROMIUM_PATH');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
