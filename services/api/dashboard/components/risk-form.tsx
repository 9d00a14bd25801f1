import type { RiskScale } from '../client/api.ts';
import type { RiskChoices } from '../state/risk-forms.ts';
import { useApp } from './context.ts';

/** The units and objectives that a form of the register offers, and its scale. */
export function useRiskChoices(scale: RiskScale): RiskChoices {
  const app = useApp();
  const { of } = app.words.value;
  return {
    units: app.units.value
      .filter(({ status }) => status === 'active')
      .map(({ id, name, level }) => ({ value: id, label: `${'\u00a0\u00a0'.repeat(level)}${name}` })),
    objectives: app.figures.all.value.map(({ id, title }) => ({ value: id, label: of(title) })),
    scale,
  };
}
