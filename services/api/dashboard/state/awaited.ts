import type { DocumentDetail } from '../client/api.ts';

type Pair = Pick<DocumentDetail['pairs'][number], 'account' | 'channel' | 'graceUntil'>;

/** Until when the axis may still report the arrival of a pair; null when it is no longer awaited, or never was. */
export const awaitedUntil = ({ account, channel, graceUntil }: Pair, now: number): string | null =>
  account === 'exchanged/not-electronic' &&
  channel === 'axis' &&
  graceUntil !== null &&
  now < Date.parse(graceUntil)
    ? graceUntil
    : null;
