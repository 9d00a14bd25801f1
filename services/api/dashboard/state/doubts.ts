import type { Objective } from '../client/api.ts';
import type { Words } from '../text/words.ts';

/** Why a figure is in doubt, a sentence for each reason; a reason that this page does not know stands by its code. */
export function doubtsOf(
  { trust, freshness }: Pick<Objective, 'trust' | 'freshness'>,
  { t }: Words,
): string[] {
  const silent = freshness.filter((feed) => feed.silent).map(({ feed }) => feed);
  return trust.doubts.flatMap((doubt) => {
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
}
