import { spawnSync } from 'node:child_process';

/** The findings of Prometheus' own linter on a metrics page; empty when it is clean. Undefined where there is no promtool. */
export function lintMetrics(page: string): string | undefined {
  const { error, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  if (error === undefined) return `${stdout}${stderr}`.trim();
  if (process.env.CI === 'true') throw new Error('promtool is not installed', { cause: error });
  return undefined;
}
