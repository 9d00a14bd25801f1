import { globSync } from 'node:fs';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { type IPodTemplateSpec, Namespace, Service, ServiceAccount } from 'kubernetes-models/v1';
import { z } from 'zod';
import { readYamlDocuments } from './files.ts';

const headSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** One object of deploy/k8s, and the file that it stands in. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly object: unknown;
}

/** Every object below a folder that is whole, which patches and kustomizations are not. */
export function manifestsOf(folder: string): readonly Manifest[] {
  return globSync(`${folder}/**/*.yaml`)
    .filter((file) => !file.endsWith('kustomization.yaml'))
    .flatMap((file) =>
      readYamlDocuments(file).map((object) => {
        const { apiVersion, kind, metadata } = headSchema.parse(object);
        return { file, apiVersion, kind, name: metadata.name, object };
      }),
    );
}

interface Model<Data> {
  is(value: unknown): value is Data;
  new (data: Data): { validate(): void };
}

/** Whether an object is of this kind. @throws what the schema of the cluster has against it */
const checker =
  <Data>(Kind: Model<Data>) =>
  (object: unknown): boolean => {
    if (!Kind.is(object)) return false;
    new Kind(object).validate();
    return true;
  };

const CHECKERS = [
  checker(CronJob),
  checker(Deployment),
  checker(HorizontalPodAutoscaler),
  checker(Ingress),
  checker(Job),
  checker(Namespace),
  checker(NetworkPolicy),
  checker(PodDisruptionBudget),
  checker(Service),
  checker(ServiceAccount),
];

/** @returns false for a kind that the cluster has only with an extension. @throws what its schema has against it */
export const checkManifest = ({ object }: Manifest): boolean => CHECKERS.some((check) => check(object));

/** Those of one kind. */
export const ofKind = <Data>(manifests: readonly Manifest[], Kind: Model<Data>): readonly Data[] =>
  manifests.flatMap(({ object }) => (Kind.is(object) ? [object] : []));

export interface Workload {
  readonly name: string;
  readonly kind: 'Deployment' | 'Job' | 'CronJob';
  readonly template: IPodTemplateSpec;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything that makes pods. */
export function workloadsOf(manifests: readonly Manifest[]): readonly Workload[] {
  const found = [
    ...ofKind(manifests, Deployment).map(({ metadata, spec }) => ({ metadata, template: spec?.template })),
    ...ofKind(manifests, Job).map(({ metadata, spec }) => ({ metadata, template: spec?.template })),
    ...ofKind(manifests, CronJob).map(({ metadata, spec }) => ({
      metadata,
      template: spec?.jobTemplate.spec?.template,
    })),
  ];
  return found.map(({ metadata, template }, index) => {
    const name = metadata?.name;
    if (name === undefined || template === undefined)
      throw new Error(`workload ${index} has no name or no pod`);
    const kind = manifests.find(
      (one) => one.name === name && /^(Deployment|Job|CronJob)$/.test(one.kind),
    )?.kind;
    if (kind !== 'Deployment' && kind !== 'Job' && kind !== 'CronJob')
      throw new Error(`${name} makes no pods`);
    return { name, kind, template, labels: template.metadata?.labels ?? {} };
  });
}

export type Selector = NonNullable<NonNullable<IDeployment['spec']>['selector']>;

/** Whether labels match a selector, as the cluster judges it; an empty selector matches everything. */
export function matches(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`operator ${operator} is not read here`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** The only container of a workload's pod. */
export function containerOf({ name, template }: Workload) {
  const [container, ...more] = template.spec?.containers ?? [];
  if (container === undefined || more.length > 0) throw new Error(`${name} has not one container`);
  return container;
}
