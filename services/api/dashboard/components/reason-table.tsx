import type { Fraction } from '../../../../shared/measures/rate.ts';
import type { Bilingual } from '../text/words.ts';
import { useApp } from './context.ts';
import { Head } from './table-head.tsx';
import { TitleButton } from './title-button.tsx';

interface Reason<Name extends string> {
  readonly name: Name;
  readonly title: Bilingual;
  readonly subjects: number;
  /** What it adds to the difference; null where that is not stated in points. */
  readonly share: Fraction | null;
}

interface ReasonTableProps<Name extends string> {
  /** The heads of the columns. */
  readonly labels: Readonly<Record<'reason' | 'subjects' | 'points', string>>;
  readonly reasons: readonly Reason<Name>[];
  readonly choose: (name: Name) => void;
}

/** Why two figures differ: each reason with its subjects, which are listed once it is chosen. */
export function ReasonTable<Name extends string>({ labels, reasons, choose }: ReasonTableProps<Name>) {
  const words = useApp().words.value;
  return (
    <table class="stack">
      <Head labels={[labels.reason, labels.subjects, labels.points]} />
      <tbody>
        {reasons.map(({ name, title, subjects, share }) => (
          <tr key={name}>
            <th scope="row">
              <TitleButton title={words.of(title)} press={() => choose(name)} />
            </th>
            <td data-label={labels.subjects}>{words.number(subjects)}</td>
            <td data-label={labels.points}>{share ? words.points(share) : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
