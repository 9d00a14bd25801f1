import type { ComponentChildren } from 'preact';
import { type Catalogue, declaredName, type Field, textIn } from '../state/forms.ts';
import { useCatalogue } from './catalogues.ts';
import { useApp } from './context.ts';

interface FactsProps {
  /** A fact without a value is left out. */
  readonly facts: readonly (readonly [label: string, value: ComponentChildren])[];
}

/** What is known of one thing, each with its label. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl class="facts">
      {facts.map(
        ([label, value]) =>
          value && (
            <>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </>
          ),
      )}
    </dl>
  );
}

interface FieldFactsProps {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** What stands in a part of a form, for a key that may not send it. */
export function FieldFacts({ title, fields }: FieldFactsProps) {
  const { language, day } = useApp().words.value;
  const facts = fields.map((field) => {
    const text = textIn(field, language);
    if (text && field.kind === 'line' && field.catalogue)
      return [field.label, <DeclaredName key={text} catalogue={field.catalogue} code={text} />] as const;
    return [field.label, field.kind === 'day' && text ? day(text) : text] as const;
  });
  if (facts.every(([, text]) => !text)) return null;
  return (
    <div class="panel-content">
      <h3>{title}</h3>
      <Facts facts={facts} />
    </div>
  );
}

/** A code with its name, where it is declared. */
function DeclaredName({ catalogue, code }: { readonly catalogue: Catalogue; readonly code: string }) {
  const name = declaredName(useCatalogue(catalogue), code);
  return <>{name ? `${name} (${code})` : code}</>;
}
