import { z } from 'zod';
import type { ActFact } from '../../bookkeeping/act.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { streamName } from '../../contracts/ids.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import {
  dueField,
  ownerField,
  prose,
  roomOfRows,
  sourceField,
  unitField,
} from '../../contracts/register-fields.ts';
import { addressIdSchema, identifierSchema } from '../../contracts/schema-parts.ts';

export const OPPORTUNITY_EVENTS = 2_000;
export const opportunityStream = (opportunityId: string) => streamName(`opportunity-${opportunityId}`);
const streamOf = ({ opportunityId }: { readonly opportunityId: string }) => opportunityStream(opportunityId);

export const opportunityIdField = described(addressIdSchema(100), {
  meaning: 'Id of the opportunity in the register of the office',
  vi: 'mã cơ hội',
  example: 'C-2026-01',
});

export const proposalFields = {
  unitId: unitField,
  description: described(prose, {
    meaning: 'What could be better, and why now',
    vi: 'mô tả cơ hội',
    example: 'Cổng dịch vụ công cho phép nộp hồ sơ đất đai toàn trình',
  }),
  source: sourceField,
  objectiveId: described(identifierSchema(100), {
    meaning: 'Objective that it serves',
    vi: 'mục tiêu liên quan',
    example: 'dossier-on-time',
    omit: 'it concerns none',
  }).optional(),
  proposal: described(prose, {
    meaning: 'What is proposed',
    vi: 'đề xuất',
    example: 'Mở hướng dẫn nộp trực tuyến tại bộ phận một cửa',
  }),
};

export const pursuitFields = { owner: ownerField, due: dueField };

export const conclusionFields = {
  outcome: described(z.enum(['used', 'dropped']), {
    meaning: 'How it ended',
    vi: 'kết luận',
    example: 'used',
    values: { used: 'It was used (đã tận dụng)', dropped: 'It was not (không thực hiện)' },
  }),
  result: described(prose, {
    meaning: 'What came of it, with its evidence',
    vi: 'kết quả',
    example: '62% hồ sơ nộp trực tuyến, báo cáo số 20/BC-VP',
  }),
};

/** `opportunity.recorded.v1`: a row of a unit's table of opportunities as an office keeps it in a file. A later row changes what it states otherwise. */
export const opportunityRecordedV1 = () =>
  z.object({
    opportunityId: opportunityIdField,
    ...proposalFields,
    plan: described(z.object(pursuitFields), {
      meaning: 'Who pursues it, until when',
      vi: 'kế hoạch',
      example: { owner: 'Trưởng phòng Đất đai', due: '2026-12-15' },
      omit: 'there is no plan yet',
    }).optional(),
    conclusion: described(z.object(conclusionFields), {
      meaning: 'How it ended',
      vi: 'kết luận',
      example: { outcome: 'used', result: '62% hồ sơ nộp trực tuyến' },
      omit: 'it is open',
    }).optional(),
  });
export type OpportunityRecordedV1 = z.output<ReturnType<typeof opportunityRecordedV1>>;

const opportunityRecorded: EventKind<OpportunityRecordedV1> = {
  type: 'opportunity.recorded.v1',
  schema: opportunityRecordedV1,
  whenFields: [],
  streamOf,
  streamLimit: roomOfRows(OPPORTUNITY_EVENTS),
};

const subject = { opportunityId: opportunityIdField, ...personField };

/** `opportunity.identified.v1`: what it is and what is proposed; a later one replaces it as a whole. */
export const opportunityIdentified = ownKind(
  'opportunity.identified.v1',
  { ...subject, ...proposalFields },
  streamOf,
);
/** `opportunity.planned.v1`: who pursues it, until when. */
export const opportunityPlanned = ownKind(
  'opportunity.planned.v1',
  { ...subject, ...pursuitFields },
  streamOf,
);
/** `opportunity.concluded.v1`: its result. A later plan opens it again. */
export const opportunityConcluded = ownKind(
  'opportunity.concluded.v1',
  { ...subject, ...conclusionFields },
  streamOf,
);

export const OPPORTUNITY_ACTS = {
  recorded: opportunityRecorded,
  identified: opportunityIdentified,
  planned: opportunityPlanned,
  concluded: opportunityConcluded,
} as const;
export type OpportunityAct = keyof typeof OPPORTUNITY_ACTS;
export type OpportunityFact = ActFact<typeof OPPORTUNITY_ACTS>;
