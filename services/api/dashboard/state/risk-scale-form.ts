import { bodyOf, type Client, type RiskScale } from '../client/api.ts';
import type { Language } from '../text/i18n.ts';
import type { RISKS } from '../text/risks.ts';
import { bothIn, type Entered, type Field, inBoth } from './forms.ts';
import { afterSeen, type FormWords, type Written } from './register-forms.ts';

interface ScaleWords extends Pick<FormWords<keyof typeof RISKS | 'form.otherLanguage'>, 't'> {
  readonly language: Language;
}
export type Steps = RiskScale['steps'];

const LEVELS = ['low', 'medium', 'high', 'very-high'] as const;
/** The lowest level begins at 1. */
const ABOVE_LOW = ['medium', 'high', 'very-high'] as const;
const WORDS = ['likelihood', 'impact'] as const;
export const STEPS = [3, 5] as const satisfies readonly Steps[];

/** One part of the form, under its title. */
export interface ScalePart {
  readonly name: 'levels' | (typeof WORDS)[number];
  readonly fields: readonly Field[];
}

const most = 200;

/** The fields of a scale of so many steps, as the present scale has them. */
export function scaleParts(steps: Steps, scale: RiskScale, words: ScaleWords): readonly ScalePart[] {
  const { t } = words;
  const inEach = (fields: readonly Field[]) => fields.map((field) => inBoth(field, words));
  const level = (name: (typeof LEVELS)[number]): readonly Field[] => [
    {
      ...{ kind: 'line', name: `levels/${name}/vi`, label: t(`scale.${name}.vi`), most },
      value: scale.levels[name].vi,
    },
    {
      ...{ kind: 'line', name: `levels/${name}/en`, label: t(`scale.${name}.en`), most },
      value: scale.levels[name].en,
    },
  ];
  const from = (name: (typeof ABOVE_LOW)[number]): Field => ({
    ...{ kind: 'line', name: `from/${name}`, label: t(`scale.from.${name}`), most: 2, form: 'whole' },
    // The thresholds of another number of steps do not fit.
    value: steps === scale.steps ? String(scale.from[name]) : undefined,
  });
  const stepsOf = (name: (typeof WORDS)[number]): ScalePart => ({
    name,
    fields: inEach(
      Array.from({ length: steps }, (_, step): readonly Field[] => {
        const words = steps === scale.steps ? scale[name][step] : undefined;
        const place = `${name}/${step}`;
        return [
          {
            kind: 'line',
            name: `${place}/vi`,
            label: `${step + 1} ${t('scale.vi')}`,
            value: words?.vi,
            most,
          },
          {
            kind: 'line',
            name: `${place}/en`,
            label: `${step + 1} ${t('scale.en')}`,
            value: words?.en,
            most,
          },
        ];
      }).flat(),
    ),
  });
  return [
    { name: 'levels', fields: [...inEach(LEVELS.flatMap(level)), ...ABOVE_LOW.map(from)] },
    ...WORDS.map(stepsOf),
  ];
}

/** What is no number is sent as 0, which the server refuses with the place. */
const score = (text: string | undefined): number => Number(text) || 0;

/** States the scale after the statements that the user has seen. @throws Problem */
export function stateScale(
  client: Client,
  seen: { readonly statements: number },
  steps: Steps,
  entered: Entered,
): Promise<Written> {
  const stepWords = (name: string) =>
    Array.from({ length: steps }, (_, step) => bothIn(entered, `${name}/${step}`));
  const body = {
    steps,
    from: {
      medium: score(entered['from/medium']),
      high: score(entered['from/high']),
      'very-high': score(entered['from/very-high']),
    },
    levels: {
      low: bothIn(entered, 'levels/low'),
      medium: bothIn(entered, 'levels/medium'),
      high: bothIn(entered, 'levels/high'),
      'very-high': bothIn(entered, 'levels/very-high'),
    },
    ...{ likelihood: stepWords('likelihood'), impact: stepWords('impact') },
    reason: entered.reason ?? '',
  };
  return bodyOf(client.PUT('/v1/risks/scale', { params: afterSeen(seen), body }));
}
