import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

interface Installed {
  /** Each a choice of names, any of which is enough. */
  readonly needs: readonly (readonly string[])[];
  readonly essential: boolean;
}

/** The packages of this machine, each under its name and the names that it provides. */
function installedPackages(): ReadonlyMap<string, readonly [string, Installed]> {
  const format = `\${Package}\t\${Essential}\t\${Provides}\t\${Pre-Depends}, \${Depends}\n`;
  const found = new Map<string, readonly [string, Installed]>();
  const lines = execFileSync('dpkg-query', ['--show', `--showformat=${format}`], { encoding: 'utf8' }).split(
    '\n',
  );
  const bare = (text: string) => text.replace(/[ (:].*$/, '');
  for (const line of lines) {
    const [name = '', essential, provides = '', needs = ''] = line.split('\t');
    if (name === '') continue;
    const entry = [
      name,
      {
        essential: essential === 'yes',
        needs: needs
          .split(/, */)
          .filter((text) => text.trim() !== '')
          .map((text) => text.split(/ *\| */).map(bare)),
      },
    ] as const;
    found.set(name, entry);
    for (const other of provides.split(/, */).map(bare)) if (!found.has(other)) found.set(other, entry);
  }
  return found;
}

/** Of no use in a container, and half of the bytes: documentation, pages of consoles, PostgreSQL's compiler, other programs. */
const LEFT_OUT = new RegExp(
  [
    '^/usr/share/(doc|man|info|i18n|locale|lintian|bug|icons|applications|javascript|nodejs|fonts)/',
    '^/usr/lib/x86_64-linux-gnu/(libLLVM|libz3|perl)',
    '^/usr/lib/postgresql/[^/]+/lib/(llvmjit|bitcode)',
    '^/usr/bin/promtool$',
  ].join('|'),
);

/**
 * The files of these Debian packages and of all that they need, as absolute paths of this machine. @throws when one is not installed
 */
export function filesOfPackages(names: readonly string[]): readonly string[] {
  const installed = installedPackages();
  const taken = new Set<string>();
  const take = (name: string): void => {
    const entry = installed.get(name);
    if (!entry || taken.has(entry[0])) return;
    taken.add(entry[0]);
    for (const choice of entry[1].needs) {
      const there = choice.find((one) => installed.has(one));
      if (there !== undefined) take(there);
    }
  };
  for (const name of names)
    if (!installed.has(name)) throw new Error(`there is no Debian package ${name} on this machine`);
  for (const [name, { essential }] of installed.values()) if (essential) take(name);
  for (const name of names) take(name);

  const listed = execFileSync('dpkg-query', ['--listfiles', ...taken], {
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
  const folders = new Map<string, string>();
  /** Without the links of a merged /usr, which a layer must not write through. */
  const real = (path: string) => {
    const folder = dirname(path);
    if (!folders.has(folder)) folders.set(folder, existsSync(folder) ? realpathSync(folder) : folder);
    return join(folders.get(folder) ?? folder, basename(path));
  };
  const files = new Set<string>();
  for (const line of listed.split('\n')) {
    if (!line.startsWith('/') || line === '/.' || LEFT_OUT.test(line)) continue;
    const path = real(line);
    if (lstatSync(path, { throwIfNoEntry: false })) files.add(path);
  }
  return [...files].sort();
}
