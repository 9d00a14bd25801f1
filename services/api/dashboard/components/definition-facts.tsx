import { Fragment } from 'preact';
import {
  definitionSections,
  type RowsName,
  rowFields,
  rowsIn,
  type Stated,
  valuesOf,
} from '../state/definition-form.ts';
import { useApp } from './context.ts';
import { useDefinitionWords } from './definition-words.ts';
import { FieldFacts } from './facts.tsx';
import { useChoices } from './register.tsx';

/** A definition for a key that may not change it. */
export function DefinitionFacts({ definition }: { readonly definition: Stated }) {
  const app = useApp();
  const words = useDefinitionWords();
  const { t, code } = words;
  const units = app.units.value.map(({ id, name }) => ({ value: id, label: name }));
  const choices = { ...useChoices('changeObjective'), units };
  const values = valuesOf(definition);
  const formula = values.get('formula/name') ?? '';
  const rowsOf = (name: RowsName) =>
    rowsIn(values, name).map((content, at) => ({
      title: t('define.row', { name: code('define', name), n: at + 1 }),
      fields: rowFields(name, at, content, formula, words),
    }));
  return (
    <div class="panel-content">
      <p class="note">{t('define.noRight')}</p>
      <p>{t('version', { n: values.get('version') ?? '' })}</p>
      {definitionSections(values, definition, formula, choices, words).map(({ name, fields, lists }) => (
        <Fragment key={name}>
          <FieldFacts title={t(`define.section.${name}`)} fields={fields} />
          {lists.flatMap(rowsOf).map((row) => (
            <FieldFacts key={row.title} title={row.title} fields={row.fields} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}
