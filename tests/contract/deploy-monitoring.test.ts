import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readYaml } from '../support/deploy/files.ts';
import { alertRules, dashboard } from '../support/deploy/monitoring.ts';

const unitTestsSchema = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});

const rules = alertRules();
const shown = dashboard();
const names = rules.map(({ alert }) => alert);

const unitTests = globSync('deploy/prometheus/tests/*.yml').flatMap(
  (path) => unitTestsSchema.parse(readYaml(path)).tests,
);

test('every alert has a name of its own and waits before it tells anybody', () => {
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 20);
  for (const rule of rules) {
    assert.match(rule.alert, /^Nhip[A-Za-z]+$/);
    assert.match(rule.for, /^[1-9]\d*m$/, rule.alert);
  }
});

test('every alert has a page, and every page an alert', () => {
  for (const { alert, annotations } of rules)
    assert.equal(annotations.runbook, `deploy/runbooks/${alert}.md`, alert);
  const pages = globSync('deploy/runbooks/Nhip*.md').map((path) => basename(path, '.md'));
  assert.deepEqual(pages.sort(), names.toSorted());
});

test('every page tells what it means, what to look at, what to do and what not', () => {
  const parts = ['Symptoms', 'Look', 'Mend', 'Mended when', 'Do not'];
  for (const name of names) {
    const text = readFileSync(`deploy/runbooks/${name}.md`, 'utf8');
    assert.ok(text.startsWith(`# ${name}\n`), name);
    assert.deepEqual(
      [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title),
      parts,
      name,
    );
  }
});

test('links between the pages lead somewhere', () => {
  for (const path of globSync('deploy/**/*.md')) {
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(
      /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g,
    )) {
      const from = new URL(path, 'file:///repository/');
      const file = new URL(target, from).pathname.replace('/repository/', '').replace(/\/$/, '');
      assert.equal(globSync(file).length, 1, `${path} → ${target}`);
    }
  }
});

test('every alert is seen to fire and to keep quiet', () => {
  for (const name of names) {
    const examples = unitTests.flatMap(({ alert_rule_test: checks }) =>
      checks.filter(({ alertname }) => alertname === name),
    );
    assert.ok(
      examples.some(({ exp_alerts: expected }) => expected.length > 0),
      `${name} fires`,
    );
    assert.ok(
      examples.some(({ exp_alerts: expected }) => expected.length === 0),
      `${name} keeps quiet`,
    );
  }
});

test('the jobs that the rules and the dashboard name are those that are scraped', () => {
  const { scrape_configs: jobs } = z
    .object({
      scrape_configs: z.array(
        z.object({
          job_name: z.string(),
          dns_sd_configs: z.tuple([z.object({ names: z.array(z.string()), port: z.literal(8080) })]),
        }),
      ),
    })
    .parse(readYaml('deploy/prometheus/prometheus.yml'));
  const scraped = jobs.map(({ job_name: job }) => job);
  assert.deepEqual(scraped, ['nhip-ingest', 'nhip-projector', 'nhip-api', 'nhip-alerter']);
  for (const {
    job_name: job,
    dns_sd_configs: [{ names }],
  } of jobs)
    assert.deepEqual([`nhip-${names[0]}`], [job]);
  const named = new Set<string>();
  for (const { expr } of rules) for (const [, job = ''] of expr.matchAll(/job="([^"]+)"/g)) named.add(job);
  assert.deepEqual([...named].sort(), scraped.toSorted());
});

test('every panel has an id and a place of its own', () => {
  const { panels } = shown;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const [index, { gridPos: a, title }] of panels.entries()) {
    assert.ok(a.x + a.w <= 24, title);
    for (const { gridPos: b, title: other } of panels.slice(index + 1)) {
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      assert.ok(apart, `${title} and ${other}`);
    }
  }
});

test('every panel asks something, of the data source that is chosen above', () => {
  const chosen = { type: 'prometheus', uid: `\${datasource}` };
  for (const { type, title, targets, datasource } of shown.panels) {
    if (type === 'row') continue;
    assert.deepEqual(datasource, chosen, title);
    assert.ok(targets.length > 0, title);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const target of targets) assert.deepEqual(target.datasource, chosen, title);
  }
  for (const { datasource } of shown.annotations.list) assert.deepEqual(datasource, chosen);
  for (const { type, datasource } of shown.templating.list)
    if (type === 'query') assert.deepEqual(datasource, chosen);
});

test('the data source that is chosen is the one that is provisioned, which is the Prometheus of compose', () => {
  const { datasources } = z
    .object({ datasources: z.array(z.object({ uid: z.string(), type: z.string(), url: z.string() })) })
    .parse(readYaml('deploy/grafana/provisioning/datasources/prometheus.yml'));
  const source = shown.templating.list.find(({ name }) => name === 'datasource');
  assert.equal(source?.current.value, datasources[0]?.uid);
  assert.equal(datasources[0]?.type, 'prometheus');
  const { services } = z
    .object({ services: z.record(z.string(), z.object({ volumes: z.array(z.string()).default([]) })) })
    .parse(readYaml('docker-compose.yml'));
  assert.ok(services[new URL(datasources[0]?.url ?? '').hostname], 'a service of compose');
  const { providers } = z
    .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
    .parse(readYaml('deploy/grafana/provisioning/dashboards/nhip.yml'));
  assert.ok(
    services.grafana?.volumes.includes(`./deploy/grafana/dashboards:${providers[0]?.options.path}:ro`),
    'the folder is mounted',
  );
});

test('every variable of the dashboard is one that it has', () => {
  const text = readFileSync('deploy/grafana/dashboards/nhip.json', 'utf8');
  const has = new Set(shown.templating.list.map(({ name }) => name));
  for (const [, name = ''] of text.matchAll(/\$\{?([A-Za-z_]+)\}?/g))
    assert.ok(has.has(name) || name.startsWith('__'), name);
});

test('what a rule watches, the dashboard shows', () => {
  const shows = JSON.stringify(shown);
  for (const { alert, expr } of rules) {
    const metrics = [...expr.matchAll(/\bnhip_[a-z_]+/g)].map(([name]) => name);
    for (const metric of metrics) assert.ok(shows.includes(metric), `${alert}: ${metric}`);
  }
});
