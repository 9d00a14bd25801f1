import { useState } from 'preact/hooks';
import { type ChoicesField, withBelow } from '../state/forms.ts';
import { useApp } from './context.ts';

interface ChoicesProps {
  readonly field: ChoicesField;
  readonly isWrong: boolean;
}

/** A box to tick for each option; of a tree one button more, for an option with all below it. */
export function Choices({ field: { name, options, values = [] }, isWrong }: ChoicesProps) {
  const { t } = useApp().words.value;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(values));
  const put = (some: readonly string[], isChosen: boolean) => {
    const now = new Set(chosen);
    for (const one of some) {
      if (isChosen) now.add(one);
      else now.delete(one);
    }
    setChosen(now);
  };
  const all = options.map(({ value }) => value);
  const n = all.filter((value) => chosen.has(value)).length;
  return (
    <>
      <p class="tools">
        <button type="button" onClick={() => put(all, true)}>
          {t('form.all')}
        </button>
        <button type="button" onClick={() => put(all, false)}>
          {t('form.none')}
        </button>
        <small role="status">{t('form.chosen', { n, all: all.length })}</small>
      </p>
      <ul>
        {options.map(({ value, label, level = 0 }, at) => {
          const branch = withBelow(options, at);
          const isWhole = branch.every((one) => chosen.has(one));
          return (
            <li key={value} data-level={Math.min(level, 4)}>
              <label>
                <input
                  type="checkbox"
                  name={name}
                  value={value}
                  checked={chosen.has(value)}
                  aria-invalid={isWrong && at === 0 ? 'true' : undefined}
                  onChange={({ currentTarget }) => put([value], currentTarget.checked)}
                />
                {label}
              </label>
              {branch.length > 1 && (
                <button type="button" aria-pressed={isWhole} onClick={() => put(branch, !isWhole)}>
                  <span class="unseen">{label} </span>
                  {t('form.below', { n: branch.length - 1 })}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
