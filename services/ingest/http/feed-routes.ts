import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fieldNames, misspelling, readName } from '../../../shared/contracts/field-names.ts';
import { SERVICES } from '../../../shared/dialects/dvcqg/names.ts';
import { decodeDvcqg, sourceOf } from '../../../shared/dialects/dvcqg.ts';
import type { Translated, TranslatedInput } from '../../../shared/dialects/translated.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import '../../../shared/platform/route-right.ts';
import { statesNothing } from '../../../shared/kernel/written-text.ts';
import type { Rejected } from '../intake/intake.ts';
import { type IntakeAnswer, intakeResponses, receiveOverHttp, type Sender } from './answer.ts';
import { acceptJsonBodies, jsonBodySchema } from './bodies.ts';
import { assertBatchSize, type EventRouteParts, type FeedRouteParts } from './event-routes.ts';
import { keepUnreadable } from './unreadable-body.ts';

export const COUNTS =
  'One message can become several events: the counts are of events, `index` is the place of the record they came from.';

const RECORDS = { type: 'array', items: { type: 'object' } };

/** Adapters put more into the address than is read here; only a name in other letters is refused, lest the unit be lost. */
const querySchema = z
  .looseObject({
    MaDinhDanhDV: z.string().optional().describe('The unit, where the request itself does not name it.'),
    MaDonVi: z.string().optional().describe('The same, as other adapters write it.'),
    service: z.enum(SERVICES).optional().describe('The service, where the body is an array of records.'),
  })
  .superRefine((query, context) => {
    for (const [written, value] of Object.entries(query)) {
      const reading = readName(written, queryNames);
      if (reading.kind !== 'misspelt') continue;
      const { expected } = misspelling('envelope-invalid', [written], value, reading.name);
      context.addIssue({ code: 'custom', path: [written], message: expected });
    }
  });
const queryNames = fieldNames(['MaDinhDanhDV', 'MaDonVi', 'service']);

const unitOf = ({ MaDinhDanhDV, MaDonVi }: z.infer<typeof querySchema>): string | undefined =>
  statesNothing(MaDinhDanhDV) ? MaDonVi : MaDinhDanhDV;

/** `POST /feeds/dvcqg`: the synchronisation requests of the National Public Service Portal (Cổng Dịch vụ công quốc gia). */
export function dvcqgRoutes(parts: Omit<EventRouteParts, 'kinds'>): FastifyPluginAsyncZod {
  const { decode, limits, zone } = parts;
  return async (app) => {
    acceptJsonBodies(app, ['application/json'], limits.bodyBytes);
    const type = 'dossier.status.v1';
    keepUnreadable(app, parts.intake, ({ query }, raw) => {
      const { data } = querySchema.safeParse(query);
      return { path: [], source: sourceOf(data && unitOf(data)), type, raw };
    });
    app.route({
      method: 'POST',
      url: '/feeds/dvcqg',
      bodyLimit: limits.bodyBytes,
      config: { right: 'feed' },
      schema: {
        tags: ['feeds'],
        operationId: 'sendPortalRecords',
        summary: 'Send a DongBoHoSoMC or CapNhatTienDoHoSoMC request',
        description: `${COUNTS} A refused record is listed once, with all its faults. The array of records is accepted too, without the object around it.`,
        consumes: ['application/json'],
        querystring: querySchema,
        body: jsonBodySchema({
          // One shape, since a client that is generated from a choice of two sends one under the name of the other.
          type: 'object',
          properties: { service: { type: 'string' }, data: RECORDS },
          required: ['data'],
          examples: [
            {
              service: 'DongBoHoSoMC',
              data: [
                {
                  MaHoSo: '000.00.12.H19-261109-0007',
                  MaTTHC: '2.000635.000.00.00.H19',
                  MaLinhVuc: 'HT',
                  NgayTiepNhan: '20261109073000',
                  NgayHenTra: '20261116170000',
                  NgayKetThucXuLy: '20261113160000',
                  TrangThaiHoSo: '10',
                },
              ],
            },
          ],
        }),
        response: intakeResponses,
      },
      handler: async (request) => {
        const { body, query } = request;
        const unit = unitOf(query);
        const translated = decodeDvcqg(body.value, {
          decode,
          zone,
          origin: 'http',
          unit,
          service: query.service,
        });
        return receiveTranslated(parts, request, translated, {
          raw: body.text,
          source: sourceOf(unit),
          type,
        });
      },
    });
  };
}

/** A body as it came, for a dead letter, with the source and type that its dialect implies. */
export interface WholeBody {
  readonly raw: Uint8Array | string;
  readonly source: string;
  readonly type: string;
}

/**
 * Takes in what a dialect made of a message, and answers in terms of the message. A body that is no message of the dialect is
 * kept whole as a dead letter.
 * @throws ProblemError `unparseable`
 */
export async function receiveTranslated(
  { intake, limits }: FeedRouteParts,
  sender: Sender,
  translated: Translated,
  { raw, ...said }: WholeBody,
): Promise<IntakeAnswer> {
  if (translated.kind === 'invalid') {
    const { pointer, expected, was } = translated.fault;
    const decoded = { kind: 'invalid' as const, faults: [translated.fault], ...said };
    const { rejected } = await receiveOverHttp(intake, [{ decoded, raw: () => raw, origin: 'http' }], sender);
    const [kept] = rejected;
    throw new ProblemError('unparseable', `The message should be ${expected}, but was ${was}.`, {
      errors: [{ pointer, detail: expected }],
      ...(kept && { deadLetter: kept.deadLetter }),
    });
  }
  const { inputs } = translated;
  assertBatchSize(
    inputs.reduce((most, { record }) => Math.max(most, record + 1), 0),
    limits,
  );
  return receiveOverHttp(
    intake,
    inputs.map(({ decoded, raw }) => ({ decoded, raw: () => raw, origin: 'http' })),
    sender,
    (rejected) => asSent(rejected, inputs[rejected.index]),
  );
}

/** A refusal as one of the message that was sent: the place of the record in it, not that of the event made of the record. */
function asSent(rejected: Rejected, input: TranslatedInput | undefined): Rejected {
  if (!input) return rejected;
  const { record, asSent: sent = (pointer: string) => pointer } = input;
  const faults = rejected.faults.map((fault) => ({ ...fault, pointer: sent(fault.pointer) }));
  return { ...rejected, index: record, faults };
}
