import { bodyOf, type ListedDefinition } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { useApp } from '../components/context.ts';
import { useDefinitionWords } from '../components/definition-words.ts';
import { PagedList } from '../components/paged-list.tsx';
import { Head } from '../components/table-head.tsx';
import { definitionState, isOfValues, valuesOf, valueText } from '../state/definition-form.ts';

const PAGE_SIZE = 50;

/** What defines each objective, also of those closed or not yet in force. */
export function DefinitionsPage() {
  const app = useApp();
  const { t } = useDefinitionWords();
  const add = app.access.may('defineObjective') && (
    <div class="choices">
      <a class="button" href={app.linkTo({ page: 'definition', objective: '' })}>
        {t('definitions.add')}
      </a>
    </div>
  );
  return (
    <Box name="definitions" title={t('page.definitions')} aside={add}>
      <PagedList
        id="definitions"
        size={PAGE_SIZE}
        load={(client, page) => {
          const { minPosition } = app.figures.moment();
          const query = { minPosition, ...page };
          return bodyOf(client.GET('/v1/objectives/definitions', { params: { query } }));
        }}
        isReported={(one) => app.figures.isShared(one)}
      >
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">{t('definitions.empty')}</p>
          ) : (
            <DefinitionTable definitions={items} />
          )
        }
      </PagedList>
    </Box>
  );
}

function DefinitionTable({ definitions }: { readonly definitions: readonly ListedDefinition[] }) {
  const { t } = useDefinitionWords();
  const heads = [
    t('define.section.what'),
    t('unit'),
    t('define.target'),
    t('define.window'),
    t('definitions.days'),
    t('definitions.state'),
  ];
  return (
    <table class="stack">
      <caption>{t('definitions.caption')}</caption>
      <Head labels={heads} />
      <tbody>
        {definitions.map((one) => (
          <DefinitionRow key={one.id} definition={one} />
        ))}
      </tbody>
    </table>
  );
}

function DefinitionRow({ definition }: { readonly definition: ListedDefinition }) {
  const app = useApp();
  const words = useDefinitionWords();
  const { t, code, day } = words;
  const { id, versions, lastDay, definitionsDiffer } = definition;
  const values = valuesOf(versions.at(-1));
  const at = (place: string) => values.get(place);
  const [from, to, unit] = [at('validFrom'), at('validTo'), at('unit')];
  const isValue = isOfValues(at('formula/name'));
  const state = definitionState(definition, words.dayOf(app.figures.serverNow.value));
  return (
    <tr>
      <th scope="row">
        <a href={app.linkTo({ page: 'definition', objective: id })}>{at(`title/${words.language}`) ?? id}</a>
        <small>{`${id} · ${t('version', { n: at('version') ?? '' })}`}</small>
      </th>
      <td data-label={t('unit')}>{unit === undefined ? t('office') : app.unitName.value(unit)}</td>
      <td data-label={t('define.target')}>
        {`${valueText('comparator', at('comparator'), isValue, words).slice(0, 1)} ${valueText('target', at('target'), isValue, words)}`}
        {isValue && <small>{at(`formula/measuredIn/${words.language}`)}</small>}
      </td>
      <td data-label={t('define.window')}>{valueText('window', at('window'), isValue, words)}</td>
      <td data-label={t('definitions.days')}>{from && to && `${day(from)} – ${day(to)}`}</td>
      <td data-label={t('definitions.state')}>
        {code('definitionState', state).replace('{day}', lastDay === null ? '' : day(lastDay))}
        {definitionsDiffer && <small>{t('definitions.differs')}</small>}
      </td>
    </tr>
  );
}
