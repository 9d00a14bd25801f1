import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { checkManifest, type Manifest, manifestsOf } from '../support/deploy/kubernetes.ts';

const whole = [...manifestsOf('deploy/k8s/base'), ...manifestsOf('deploy/k8s/components')];

/** What the compiler has against the objects when their types may have nothing that the cluster does not know. */
function unknownFields(manifests: readonly Manifest[]): readonly string[] {
  const lines = manifests.map(
    ({ apiVersion, kind, object }) =>
      `(${JSON.stringify(object)}) satisfies import('kubernetes-models/${apiVersion}').I${kind};`,
  );
  const name = join(process.cwd(), 'manifests.ts');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === name
      ? ts.createSourceFile(path, lines.join('\n'), ts.ScriptTarget.ESNext)
      : getSourceFile(path, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('no object has a field that the cluster does not know', () => {
  const patches = manifestsOf('deploy/k8s/overlays');
  const core = [...whole.filter((manifest) => checkManifest(manifest)), ...patches];
  assert.deepEqual(unknownFields(core), []);
  const misspelt: Manifest = {
    file: '',
    apiVersion: 'v1',
    kind: 'Service',
    name: 'x',
    object: { apiVersion: 'v1', kind: 'Service', spec: { selectorz: {} } },
  };
  assert.match(unknownFields([misspelt]).join(), /selectorz/);
});
