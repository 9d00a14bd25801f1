import type { Objective, Part } from '../client/api.ts';
import type { Words } from '../text/words.ts';

/** Why a figure is in doubt, a sentence for each reason; a reason that this page does not know stands by its code. */
export function doubtsOf(
  { trust, freshness, parts, lists }: Pick<Objective, 'trust' | 'freshness' | 'parts' | 'lists'>,
  words: Words,
): string[] {
  const { t } = words;
  const missing = parts.filter((part) => part.missing && part.count > 0);
  const silent = freshness.filter((feed) => feed.silent).map(({ feed }) => feed);
  const lacking = missing.map((part) => missingText(part, lists, words));
  const doubts = trust.doubts.flatMap((doubt) => {
    switch (doubt) {
      case 'stale':
        return silent.length > 0 ? t('doubt.stale', { feeds: silent.join(', ') }) : t('doubt.no-feed');
      case 'incomplete':
        return [
          ...(trust.deadLetters > 0 ? [t('doubt.incomplete', { n: trust.deadLetters })] : []),
          ...(trust.lost > 0 ? [t('doubt.lost', { n: trust.lost })] : []),
          ...(trust.setAside > 0 ? [t('doubt.set-aside', { n: trust.setAside })] : []),
        ];
      case 'partial':
      case 'behind':
      case 'clock':
      case 'unverified':
        return t(`doubt.${doubt}`);
      default:
        return doubt;
    }
  });
  return [...doubts, ...lacking];
}

/** So many subjects lack a record, named as the list that they stand in. */
function missingText({ title, count }: Part, lists: Objective['lists'], { t, of }: Words): string {
  const values = { title: of(title), n: count };
  switch (lists) {
    case 'staff':
      return t('doubt.missing.staff', values);
    case 'periods':
      return t('doubt.missing.periods', values);
    default:
      return t('doubt.missing', values);
  }
}
