import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from './command.ts';

/** The example programs of the documents, run as they stand there. */
export interface Example {
  readonly page: string;
  readonly language: Language;
  readonly code: string;
}

const LANGUAGES = ['sh', 'ts', 'csharp', 'java', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The programs below the heading "Examples" of a page: one in each language, in the order of the list. */
export function examplesOf(page: string): Example[] {
  const [, section = ''] = readFileSync(page, 'utf8').split(/^## Examples$/m);
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)];
  return LANGUAGES.map((language) => {
    const found = blocks.filter(([, name]) => name === language);
    const [, , code] = found[0] ?? [];
    if (code === undefined || found.length > 1) throw new Error(`${page}: not one example in ${language}`);
    return { page, language, code };
  });
}

interface Way {
  readonly file: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** How a language is run here, or why it is not. */
export function wayOf({ language, code }: Example): Way | { readonly missing: string } {
  switch (language) {
    case 'sh':
      return { file: 'example.sh', command: 'bash', args: ['-euo', 'pipefail'] };
    case 'ts':
      return { file: 'example.ts', command: process.execPath, args: [] };
    case 'java':
      return javaWay(code);
    case 'python': {
      const found = findCommand('python3', 'python3');
      return found.kind === 'found'
        ? { file: 'example.py', command: found.path, args: ['-X', 'utf8'] }
        : { missing: found.reason };
    }
    case 'csharp':
      return { missing: 'C# is compiled nowhere here' };
  }
}

/** A program of one file needs the compiler, which a runtime without its development kit leaves out. */
function javaWay(code: string): Way | { readonly missing: string } {
  const found = findCommand('java', 'openjdk-17-jre-headless');
  if (found.kind === 'missing') return { missing: found.reason };
  const modules = execFileSync(found.path, ['--list-modules'], { encoding: 'utf8' });
  if (!modules.includes('jdk.compiler@')) return { missing: 'this Java has no compiler (Debian: a JDK)' };
  const name = /^class (\w+)/m.exec(code)?.[1] ?? 'Main';
  return { file: `${name}.java`, command: found.path, args: ['-Dfile.encoding=UTF-8'] };
}

export interface Run {
  readonly child: ChildProcess;
  /** Its output so far. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts an example in a folder, with each address of the page replaced by one of the test. */
export function startExample(
  example: Example,
  folder: string,
  addresses: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Run {
  const way = wayOf(example);
  if ('missing' in way) throw new Error(way.missing);
  let code = example.code;
  for (const [written, real] of Object.entries(addresses)) code = code.replaceAll(written, real);
  writeFileSync(join(folder, way.file), code);
  const child = spawn(way.command, [...way.args, way.file], {
    cwd: folder,
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  return { child, output: () => output, errors: () => errors, ended };
}
