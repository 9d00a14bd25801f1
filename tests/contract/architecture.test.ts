import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import rules from '../../.dependency-cruiser.json' with { type: 'json' };

async function violations(places: string[]): Promise<string[]> {
  const { forbidden, options } = rules as unknown as IConfiguration;
  const reply = await cruise(
    places,
    { ...options, ruleSet: { forbidden: forbidden ?? [] }, validate: true },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  const result = reply.output as ICruiseResult;
  assert.ok(result.summary.totalCruised > 20, 'the rules looked at the code');
  return result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

test('every import keeps to the layout of ARCHITECTURE.md', async () => {
  assert.deepEqual(await violations(['services', 'shared']), []);
});
