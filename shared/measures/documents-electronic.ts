import { z } from 'zod';
import { allIn } from '../bookkeeping/selection.ts';
import { documentBook } from '../books/document/book.ts';
import { documentExchange } from '../books/document/exchange.v1.ts';
import {
  documentRegistered,
  EXCHANGE_CHANNELS,
  type ExchangeChannel,
  SCOPES,
} from '../books/document/registered.v1.ts';
import type { BilingualText } from './bilingual.ts';
import { CHANNEL, UNIT } from './dimensions.ts';
import { leavesOf, measure, type Population, type Verdict } from './measure.ts';

const options = {
  scope: z.enum(SCOPES),
  /**
   * Which channels count as electronic through the axis. `v1`: inter-agency the axis, internal also the office's internal
   * system. `axis-only`: the axis alone for both, as the decision literally says.
   */
  policy: z.enum(['v1', 'axis-only']),
};
type Options = z.output<z.ZodObject<typeof options>>;

/** Pairs (document × recipient) of one reach, on the local day of issue. A pair's channel decides whether it counts. */
const issuedWithin = ({ scope }: Options): Population => ({
  book: documentBook,
  filter: { where: { scope } },
  by: ['channel'],
});

/** Channels that count as electronic when they succeed. */
const counted = ({ policy, scope }: Options): readonly ExchangeChannel[] =>
  policy === 'v1' && scope === 'internal' ? ['axis', 'internal-system'] : ['axis'];

const leaf = leavesOf<Options>(documentBook);

const byAxis: Verdict<Options> = {
  failing: 'not-electronic',
  pending: 'awaiting',
  parts: [
    {
      name: 'exchanged',
      title: { vi: 'Đã trao đổi', en: 'Exchanged' },
      of: ['electronic', 'not-electronic'],
    },
    leaf('electronic', 'for', { vi: 'Đã gửi điện tử', en: 'Electronic' }, (_, chosen) => [
      { account: 'exchanged/electronic', among: { dimension: 'channel', values: counted(chosen) } },
    ]),
    leaf('not-electronic', 'against', { vi: 'Không điện tử', en: 'Not electronic' }, ({ now }, chosen) => [
      {
        account: 'exchanged/electronic',
        among: {
          dimension: 'channel',
          values: [...EXCHANGE_CHANNELS.filter((channel) => !counted(chosen).includes(channel)), null],
        },
      },
      // A pair without a grace, and a pair whose grace is over.
      { account: 'exchanged/not-electronic', due: { on: 'adjusted', none: true } },
      { account: 'exchanged/not-electronic', due: { on: 'adjusted', until: now } },
    ]),
    leaf(
      'awaiting',
      'open',
      { vi: 'Đang chờ xác nhận (trong 2 giờ làm việc)', en: 'Awaiting confirmation (2 working hours)' },
      ({ now }) => [{ account: 'exchanged/not-electronic', due: { on: 'adjusted', after: now } }],
    ),
    leaf('exempt-classified', 'outside', { vi: 'Văn bản mật', en: 'Classified' }, () =>
      allIn('exempt/classified'),
    ),
    leaf('exempt-regulated', 'outside', { vi: 'Miễn theo quy định', en: 'Exempt by regulation' }, () =>
      allIn('exempt/regulated'),
    ),
    leaf('recalled', 'outside', { vi: 'Thu hồi, thay thế', en: 'Recalled or replaced' }, () =>
      allIn('recalled'),
    ),
    leaf('to-itself', 'outside', { vi: 'Gửi cho chính nơi gửi', en: 'To the sender itself' }, () =>
      allIn('to-itself'),
    ),
  ],
};

const channel = {
  ...CHANNEL,
  description: `Documents: how they were sent (${EXCHANGE_CHANNELS.join(', ')}).`,
  values: EXCHANGE_CHANNELS,
};

const TEXTS: Readonly<Record<'axis' | 'internal', BilingualText>> = {
  axis: {
    vi: 'Lượt (văn bản × nơi nhận) đã đến qua trục liên thông ÷ tổng số lượt đã phát hành quá 2 giờ làm việc; không tính văn bản mật, văn bản có quy định riêng được dẫn chiếu, văn bản thu hồi hoặc thay thế, lượt gửi cho chính nơi gửi',
    en: 'Pairs (document × recipient) that arrived by the interconnection axis ÷ all pairs that arrived or were issued more than 2 working hours ago; classified, specifically regulated, recalled and replaced ones and those to the sender itself are left out',
  },
  internal: {
    vi: 'Lượt (văn bản × nơi nhận) đã đến qua trục liên thông hoặc gửi qua phần mềm nội bộ ÷ tổng số lượt đã phát hành quá 2 giờ làm việc; không tính văn bản mật, văn bản có quy định riêng được dẫn chiếu, văn bản thu hồi hoặc thay thế, lượt gửi cho chính nơi gửi',
    en: 'Pairs (document × recipient) that arrived by the interconnection axis or went by the internal system ÷ all pairs that arrived or were issued more than 2 working hours ago; classified, specifically regulated, recalled and replaced ones and those to the sender itself are left out',
  },
};

/** The share of documents that were exchanged electronically, recipient by recipient. */
export const documentsElectronic = measure({
  name: 'documents-electronic',
  version: 1,
  judgement: { kind: 'rate' },
  options,
  populations: (chosen) => [issuedWithin(chosen)],
  verdict: byAxis,
  dimensions: [UNIT, channel],
  stock: null,
  words: {
    counted: { vi: 'lượt gửi', en: 'exchanges' },
    failed: {
      one: { vi: 'lượt không điện tử', en: 'non-electronic exchange' },
      many: { vi: 'lượt không điện tử', en: 'non-electronic exchanges' },
    },
  },
  text: (_, chosen) => (counted(chosen).length > 1 ? TEXTS.internal : TEXTS.axis),
  eventTypes: [documentRegistered.type, documentExchange.type],
  requires: { eventTypes: [documentRegistered.type], reason: 'no-register' },
  nothingCounted: 'nothing-exchanged',
});
