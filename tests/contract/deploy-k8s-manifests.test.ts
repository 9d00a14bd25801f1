import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readYaml } from '../support/deploy/files.ts';
import { checkManifest, manifestsOf } from '../support/deploy/kubernetes.ts';

const kustomizationSchema = z.strictObject({
  apiVersion: z.string(),
  kind: z.enum(['Kustomization', 'Component']),
  namespace: z.literal('nhip').optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  labels: z.array(z.strictObject({ pairs: z.record(z.string(), z.string()) })).optional(),
  images: z
    .array(z.strictObject({ name: z.literal('nhip'), newName: z.string().optional(), newTag: z.string() }))
    .optional(),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string(),
        behavior: z.literal('merge').optional(),
        literals: z.array(z.string()).default([]),
        files: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  patches: z
    .array(
      z.union([
        z.strictObject({ path: z.string() }),
        z.strictObject({ target: z.strictObject({ kind: z.string(), name: z.string() }), patch: z.string() }),
      ]),
    )
    .default([]),
});

const kustomizations = globSync('deploy/k8s/**/kustomization.yaml').map((file) => ({
  folder: dirname(file),
  ...kustomizationSchema.parse(readYaml(file)),
}));
const base = manifestsOf('deploy/k8s/base');
const components = manifestsOf('deploy/k8s/components');
const whole = [...base, ...components];

test('what a kustomization names is there, and what is there is named', () => {
  assert.equal(kustomizations.length, 4);
  for (const { folder, resources, components: parts, configMapGenerator, patches } of kustomizations) {
    const named = [
      ...resources,
      ...configMapGenerator.flatMap(({ files }) => files),
      ...patches.flatMap((patch) => ('path' in patch ? [patch.path] : [])),
    ].filter((path) => !path.startsWith('..'));
    const there = globSync(`${folder}/**/*.{yaml,json}`).map((path) => path.slice(folder.length + 1));
    assert.deepEqual(named.toSorted(), there.filter((path) => path !== 'kustomization.yaml').sort(), folder);
    for (const path of [...resources, ...parts].filter((one) => one.startsWith('..'))) {
      const other = normalize(join(folder, path));
      assert.ok(existsSync(join(other, 'kustomization.yaml')), `${folder} → ${path}`);
      const { kind } = kustomizationSchema.parse(readYaml(join(other, 'kustomization.yaml')));
      assert.equal(kind === 'Component', parts.includes(path), `${folder} → ${path}`);
    }
  }
});

test('a patch has something to change', () => {
  const exists = (kind: string, name: string) => whole.some((one) => one.kind === kind && one.name === name);
  for (const { folder, patches, configMapGenerator, kind } of kustomizations) {
    for (const patch of patches) {
      if ('target' in patch)
        assert.ok(exists(patch.target.kind, patch.target.name), `${folder}: ${patch.patch}`);
    }
    if (kind === 'Kustomization' && folder.includes('overlays')) {
      for (const { kind: patched, name, file } of manifestsOf(folder)) assert.ok(exists(patched, name), file);
      const generated = kustomizations.find((one) => one.folder.endsWith('/base'))?.configMapGenerator;
      for (const { name, behavior } of configMapGenerator) {
        assert.equal(behavior, 'merge');
        assert.ok(
          generated?.some((one) => one.name === name),
          name,
        );
      }
    }
  }
});

test('every object is one that the cluster’s own schemas accept', () => {
  const extensions = new Set<string>();
  for (const manifest of whole) {
    try {
      if (!checkManifest(manifest)) extensions.add(`${manifest.apiVersion} ${manifest.kind}`);
    } catch (error) {
      assert.fail(`${manifest.file}: ${manifest.kind} ${manifest.name}: ${error}`);
    }
  }
  assert.deepEqual([...extensions].sort(), [
    'keda.sh/v1alpha1 ScaledObject',
    'keda.sh/v1alpha1 TriggerAuthentication',
    'monitoring.coreos.com/v1 PodMonitor',
  ]);
});

test('no two objects of a kind have one name, and no secret is among them', () => {
  const names = whole.map(({ kind, name }) => `${kind} ${name}`);
  assert.equal(new Set(names).size, names.length);
  assert.ok(!whole.some(({ kind }) => kind === 'Secret' || kind === 'ConfigMap'));
});
