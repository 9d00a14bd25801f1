import { z } from 'zod';
import { readYaml } from './files.ts';

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});

export type AlertRule = z.output<typeof rulesSchema>['groups'][number]['rules'][number];

/** The rules of deploy/prometheus. @throws when one lacks something or has something unknown */
export const alertRules = (): readonly AlertRule[] =>
  rulesSchema.parse(readYaml('deploy/prometheus/rules/nhip.yml')).groups.flatMap(({ rules }) => rules);

const targetSchema = z.object({ expr: z.string() });
const panelSchema = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string().min(1),
  description: z.string().optional(),
  datasource: z.strictObject({ type: z.string(), uid: z.string() }).optional(),
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z
    .array(
      targetSchema.extend({
        refId: z.string(),
        legendFormat: z.string(),
        datasource: z.strictObject({ type: z.string(), uid: z.string() }),
      }),
    )
    .default([]),
});
const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.int(),
  templating: z.object({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['datasource', 'query']),
        query: z.union([z.string(), z.object({ query: z.string() })]),
        datasource: z.strictObject({ type: z.string(), uid: z.string() }).optional(),
        current: z.object({ value: z.union([z.string(), z.array(z.string())]) }),
      }),
    ),
  }),
  annotations: z.object({
    list: z.array(targetSchema.extend({ datasource: z.strictObject({ type: z.string(), uid: z.string() }) })),
  }),
  panels: z.array(panelSchema),
});

export type Dashboard = z.output<typeof dashboardSchema>;

/** The dashboard of deploy/grafana; JSON is YAML. */
export const dashboard = (): Dashboard =>
  dashboardSchema.parse(readYaml('deploy/grafana/dashboards/nhip.json'));

/** Every expression that the dashboard asks Prometheus. */
export const dashboardExpressions = ({ panels, annotations, templating }: Dashboard): readonly string[] => [
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...annotations.list.map(({ expr }) => expr),
  ...templating.list.flatMap(({ type, query }) =>
    type === 'query' ? [typeof query === 'string' ? query : query.query] : [],
  ),
];
