import type { Evidence } from '../client/api.ts';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { ListedTable } from '../components/lists.tsx';
import { Pager } from '../components/pager.tsx';
import { listedIn } from '../state/listed.ts';

/** The evidence of one part of a figure. */
export function EvidencePage({ evidence }: { readonly evidence: Evidence }) {
  const app = useApp();
  const { panel } = app;
  const words = app.words.value;
  const { t, code } = words;
  const route = panel.route.value;
  const query: Readonly<Record<string, string>> = route.kind === 'evidence' ? route.query : {};
  const { part, parts, total, window } = evidence;
  const unit = query.unit ?? app.question.value.unit;
  const unitName = app.unitName.value(unit);
  /** Of a row from which the evidence is mostly opened. */
  const nameOf = (dimension: string, key: string) => {
    const row = app.details.breakdown.value.value?.parts.find((one) => one.key === key);
    const name = app.details.breakdown.value.value?.by === dimension ? row?.name : null;
    return name ?? code(dimension, key);
  };
  const { dimensions = [] } = app.figures.all.value.find(({ id }) => id === evidence.id) ?? {};
  const filters = [
    unit && (query.below === 'false' ? unitName : `${unitName} (${t('evidence.below')})`),
    ...dimensions.map(({ name }) => name !== 'unit' && query[name] && nameOf(name, query[name])),
    t('window.span', { from: words.day(window.from), to: words.day(window.cutTo) }),
  ];
  const listed = listedIn(evidence);
  return (
    <>
      <p>
        <b>{words.of(evidence.title)}</b>
      </p>
      <p>{filters.filter(Boolean).join(' · ')}</p>
      <Choice
        label={t('part')}
        options={parts.map(({ name, title }) => ({ value: name, label: words.of(title) }))}
        value={part}
        choose={(chosen) => panel.showPart(chosen)}
      />
      <p class="note">{t('evidence.total', { n: words.number(total) })}</p>
      {listed.items.length === 0 ? (
        <p class="empty">{t('evidence.empty')}</p>
      ) : (
        <ListedTable listed={listed} />
      )}
      <Pager paging={panel.paging.value} next={evidence.next} turn={(turned) => panel.turn(turned)} />
    </>
  );
}
