interface FactsProps {
  /** A fact without a value is left out. */
  readonly facts: readonly (readonly [label: string, value: string | false | null | undefined])[];
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
