import { useApp } from '../components/context.ts';

/** What the key of this tab may do: so a user knows why something is not offered. */
export function KeyNote() {
  const app = useApp();
  const { t, code } = app.words.value;
  const me = app.access.me.value;
  if (!me) return null;
  const { key, rights } = me;
  if (key === null)
    return (
      <footer id="key-note">
        <p>{t('key.none')}</p>
      </footer>
    );
  const { name, person, units } = key;
  const named = rights.includes('admin') ? (['admin'] as const) : rights;
  return (
    <footer id="key-note">
      <p>
        {person === null ? t('key.ofNobody', { name }) : t('key.of', { name, person })}{' '}
        {t('key.rights', { rights: named.map((right) => code('right', right)).join(', ') })}{' '}
        {units && t('key.units', { units: units.map((unit) => app.unitName.value(unit)).join(', ') })}
      </p>
      <button type="button" onClick={() => app.giveKey()}>
        {t('key.change')}
      </button>
    </footer>
  );
}
