import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

/**
 * Generates clients from openapi.json by openapi-typescript (`surface.ts`) and by Hey API (`hey/`), compiles them strictly with a
 * program that uses both, and gives the address of that program.
 * @param program TypeScript beside the generated files
 * @throws with every error of the compiler
 */
export async function compiledClients(program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-clients-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const document = resolve('openapi.json');
  const surface = await openapiTS(new URL(`file://${document}`));
  const source = join(folder, 'program.ts');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'surface.ts'), astToString(surface));
  writeFileSync(source, program);
  await createClient({
    input: document,
    output: { path: join(folder, 'hey'), module: { extension: '.js' } },
    logs: { level: 'silent', file: false },
  });
  const compiled = ts.createProgram([source], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    outDir: join(folder, 'out'),
  });
  const faults = [...ts.getPreEmitDiagnostics(compiled), ...compiled.emit().diagnostics];
  if (faults.length > 0) {
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => folder,
      getNewLine: () => '\n',
    };
    throw new Error(ts.formatDiagnostics(faults, host));
  }
  return new URL(`file://${join(folder, 'out', 'program.js')}`).href;
}
