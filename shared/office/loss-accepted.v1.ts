import { z } from 'zod';
import { described } from '../contracts/described.ts';
import { type StreamName, streamName } from '../contracts/ids.ts';
import type { OwnKind } from '../contracts/own-kind.ts';
import { prose } from '../contracts/register-fields.ts';

export const LOSSES_STREAM = streamName('losses');
/** An act accepts so many at once. */
export const MOST_ACCEPTED = 1_000;

export const acceptedLoss = z.strictObject({
  stream: z.string().min(1).max(1_000).transform(streamName),
  before: z.int().min(1),
});

/** `loss.accepted.v1`: a person accepts that the store no longer has some events. It holds for these alone, from then on. */
const lossAcceptedV1 = () =>
  z.strictObject({
    id: z.uuid(),
    losses: described(z.array(acceptedLoss).min(1).max(MOST_ACCEPTED), {
      meaning: 'The streams, and the revision before which their events are gone',
      vi: 'sự kiện đã mất',
      example: [{ stream: 'dossier-H19.12-261120-0001', before: 2 }],
    }),
    reason: described(prose, {
      meaning: 'Why',
      vi: 'lý do',
      example: 'Quyết định 12/QĐ-VP',
    }),
  });

export interface LossAcceptedV1 {
  readonly id: string;
  readonly losses: readonly { readonly stream: StreamName; readonly before: number }[];
  readonly reason: string;
}

export const lossAccepted: OwnKind<LossAcceptedV1> = {
  type: 'loss.accepted.v1',
  schema: lossAcceptedV1,
  whenFields: [],
  streamOf: () => LOSSES_STREAM,
};
