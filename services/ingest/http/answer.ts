import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fault } from '../../../shared/contracts/fault.ts';
import '../../../shared/platform/route-right.ts';
import {
  DROPPED_LIMIT,
  type Intake,
  type IntakeInput,
  type IntakeResult,
  type Rejected,
} from '../intake/intake.ts';

/** The answer to one request, once all of it is durable. `accepted + duplicates + rejected` is what it sent. */
const intakeAnswerSchema = z.object({
  accepted: z.int().min(0).describe('New events, now in the store.'),
  duplicates: z.int().min(0).describe('Events the store had already.'),
  rejected: z.array(
    z.object({
      index: z.int().min(0).describe('Place in the batch, or of the record in the message, from 0.'),
      code: z.string(),
      detail: z.string(),
      pointer: z
        .string()
        .describe('JSON Pointer (RFC 6901) into that event, or into the message of a dialect.'),
      deadLetter: z.string().describe('Id of the dead letter that keeps it.'),
    }),
  ),
  dropped: z
    .array(z.string())
    .max(DROPPED_LIMIT)
    .describe('Names of fields that no contract has; their values were not kept. Each once.'),
  position: z.string().describe('Reading at this position (`minPosition`) shows what was sent.'),
});

/** Every answer of a route that receives events. */
export const intakeResponses = { 200: intakeAnswerSchema };
export type IntakeAnswer = z.output<typeof intakeAnswerSchema>;

/** The request that brought a message, as far as intake wants to know it. */
export type Sender = Pick<FastifyRequest, 'headers' | 'caller'>;

/**
 * @param asSent states a refusal in terms of the message sent, where the inputs are a translation of it
 * @throws StoreError when the store is full or unreachable: nothing was acknowledged, the sender tries again
 */
export async function receiveOverHttp(
  intake: Intake,
  inputs: readonly IntakeInput[],
  { headers: { traceparent }, caller }: Sender,
  asSent: (rejected: Rejected) => Rejected = (rejected) => rejected,
): Promise<IntakeAnswer> {
  // Sent twice, it comes as one text that is no traceparent.
  const carrier = { kind: 'http', traceparent: traceparent?.toString(), caller } as const;
  const result = await intake.receive(inputs, carrier);
  return answerOf({ ...result, rejected: result.rejected.map(asSent) });
}

const answerOf = ({ accepted, duplicates, rejected, dropped, position }: IntakeResult): IntakeAnswer => ({
  accepted,
  duplicates,
  rejected: rejected.map(({ index, faults, deadLetter }) => {
    const [first] = faults;
    return {
      index,
      code: first?.code ?? 'data-invalid',
      detail: faults.map(detailOf).join('; '),
      pointer: first?.pointer ?? '',
      deadLetter,
    };
  }),
  dropped: [...dropped],
  position: String(position),
});

const detailOf = ({ pointer, was, expected }: Fault): string => `${pointer}: ${expected}, but was ${was}`;
