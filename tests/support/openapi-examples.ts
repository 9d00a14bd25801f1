import type { FastifyInstance } from 'fastify';
import { REFUSED_EXAMPLE } from '../../services/ingest/http/refused-records.ts';
import { upToDate } from './up-to-date.ts';

/** The subjects of the examples, as the example of `POST /v1/events` sends it. */
const DOSSIER = 'H19.12-261116-0001';
const DOCUMENT = 'H19.12,2026-11-20,15/VP-HC';
/** A pseudonym, which stays: under the key of the server it would differ each time. */
const PERSON = 'p-6b1f0c27d94e8a356b1f0c27d94e8a35';
const INSPECTION = { inspectionId: '26/KH-VP-H19.12', unitId: 'H19.12', kind: 'par' };
/** When the examples are asked for. */
export const EXAMPLE_NOW = Date.parse('2026-11-21T08:00:00+07:00');

const event = (id: string, type: string, data: object) => ({
  specversion: '1.0',
  source: '/one-stop/office',
  id,
  type,
  time: '2026-11-20T08:00:00+07:00',
  data,
});
/** Beside the example of the document itself, so that every list has something in it. */
const MORE = [
  event('u1', 'unit.declared.v1', {
    unitId: 'H19.12',
    name: 'Sở Nông nghiệp và Môi trường',
    effectiveFrom: '2026-01-01',
    procedures: [{ fieldId: 'Đất đai', role: 'handles' }],
  }),
  event('f1', 'field.declared.v1', {
    fieldId: 'Đất đai',
    name: 'Đất đai, bồi thường, hỗ trợ và tái định cư',
    effectiveFrom: '2026-01-01',
  }),
  event('p1', 'procedure.declared.v1', {
    procedureId: '1.012756',
    name: 'Đăng ký đất đai lần đầu',
    fieldId: 'Đất đai',
    legalLimit: { amount: 20, unit: 'working-days' },
    effectiveFrom: '2026-01-01',
  }),
  event('d1', 'document.registered.v1', {
    documentId: DOCUMENT,
    scope: 'inter-agency',
    fromUnitId: 'H19.12',
    issuedAt: '2026-11-20T08:00:00+07:00',
    recipients: [{ unitId: 'H19.01', channel: 'paper' }],
  }),
  event(`p-${'1'.repeat(32)}`, 'staff.assigned.v1', {
    staffRef: PERSON,
    unitId: 'H19.12',
    kind: 'civil-servant',
    positionVersion: 'CV-TH/2026',
    from: '2024-03-01',
  }),
  event('r1', 'risk.recorded.v1', {
    riskId: 'R-2026-01',
    unitId: 'H19.12',
    description: 'Hồ sơ đất đai dồn vào cuối tháng, quá hạn hàng loạt',
    source: 'internal-audit',
    objectiveId: 'dossier-on-time',
    assessment: { likelihood: 4, impact: 3 },
    plan: {
      treatment: 'reduce',
      measures: 'Điều hai người từ bộ phận tiếp nhận sang thẩm định',
      owner: 'Trưởng phòng Đất đai',
      due: '2026-12-15',
    },
  }),
  event('c1', 'opportunity.recorded.v1', {
    opportunityId: 'C-2026-01',
    unitId: 'H19.12',
    description: 'Cổng dịch vụ công cho phép nộp hồ sơ đất đai toàn trình',
    source: 'staff',
    objectiveId: 'dossier-on-time',
    proposal: 'Mở hướng dẫn nộp trực tuyến tại bộ phận một cửa',
    plan: { owner: 'Trưởng phòng Đất đai', due: '2026-12-15' },
  }),
  event('rs1', 'review.recorded.v1', {
    reviewId: 'RS-2026-09',
    on: '2026-09-30',
    objectiveId: 'dossier-on-time',
    unitId: 'H19.12',
    findings: ['Hồ sơ đất đai trễ do thiếu người thẩm định'],
    conclusion: 'Bổ sung người, rút ngắn luân chuyển hồ sơ',
    action: {
      ...{ id: '1', what: 'Điều hai người sang thẩm định', owner: 'Trưởng phòng Đất đai' },
      due: '2026-12-15',
    },
  }),
  event('bc1', 'report.recorded.v1', {
    dutyId: 'BC-2026-06:H19.12',
    unitId: 'H19.12',
    ...{ askedBy: 'Ban Chỉ đạo ISO', form: 'Mẫu số 05', from: '2026-01-01', to: '2026-06-30' },
    ...{ on: '2026-06-20', due: '2026-07-10' },
    submission: { on: '2026-07-08', number: '15/BC-VP', evidence: 'Báo cáo số 15/BC-VP' },
  }),
  event('i1', 'inspection.visited.v1', { ...INSPECTION, visitedAt: '2026-10-12', mode: 'on-site' }),
  event('i2', 'inspection.concluded.v1', {
    ...INSPECTION,
    concludedAt: '2026-10-30',
    conclusionNumber: '45/TB-VP',
  }),
  event('i3', 'inspection.finding.v1', {
    inspectionId: INSPECTION.inspectionId,
    findingId: '1',
    description: 'Chưa niêm yết 3 thủ tục mới',
    dueAt: '2026-11-15',
  }),
  event('x1', 'dossier.status.v1', { dossierId: 'H19.12-261116-0007', status: 'finished' }),
];

const OBJECTIVE = '/v1/objectives/dossier-on-time';
/** Which address shows an operation at its best. */
const ADDRESSES: Readonly<Record<string, string>> = {
  listObjectives: '/v1/objectives',
  getObjective: OBJECTIVE,
  getBreakdown: `${OBJECTIVE}/breakdown?by=unit`,
  getSeries: `${OBJECTIVE}/series`,
  listEvidence: `${OBJECTIVE}/evidence?part=on-time`,
  listDossiers: '/v1/dossiers?state=settled',
  getDossier: `/v1/dossiers/${DOSSIER}`,
  getDocument: `/v1/documents/${encodeURIComponent(DOCUMENT)}`,
  getCascade: '/v1/cascade',
  getArticleTwo: '/v1/article-2',
  listDuties: '/v1/duties',
  listStaff: '/v1/staff',
  checkExcellentCap: '/v1/staff/excellent-cap',
  getPerson: `/v1/staff/${PERSON}`,
  listRisks: '/v1/risks',
  getRiskMatrix: '/v1/risks/matrix',
  getRisk: '/v1/risks/R-2026-01',
  listOpportunities: '/v1/opportunities',
  getOpportunity: '/v1/opportunities/C-2026-01',
  listInspections: '/v1/inspections?state=concluded',
  listInspectionFindings: '/v1/inspection-findings',
  getInspection: `/v1/inspections/${encodeURIComponent(INSPECTION.inspectionId)}`,
  listUnits: '/v1/units',
  listFields: '/v1/fields',
  listProcedures: '/v1/procedures',
  listUnmappedIdentifiers: '/v1/units/unmapped',
  listDeadLetters: '/v1/dead-letters',
  getLiveness: '/healthz',
  getReadiness: '/readyz',
  getRebuild: '/v1/rebuild',
};

/**
 * Answers that a server really gives, by operation: it is sent the example of `POST /v1/events` and a few events more. What
 * comes out differently each time (ids and secrets that are drawn) has an example beside its schema instead.
 */
export async function realAnswers(
  server: FastifyInstance,
  events: readonly unknown[],
): Promise<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  const post = async (url: string, payload: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) });
    return answer.json();
  };
  const ask = async (operation: string, url: string) => {
    const answer = await server.inject({ url });
    if (answer.statusCode !== 200) throw new Error(`${operation}: ${answer.body}`);
    answers.set(operation, answer.json());
    return answer.json();
  };
  const sent = await post('/v1/events', events);
  for (const operation of ['sendEvents', 'sendPortalRecords', 'sendEdxml']) answers.set(operation, sent);
  const { position } = await post('/v1/events', MORE);
  for (const [operation, url] of Object.entries(ADDRESSES)) await ask(operation, upToDate(url, position));
  const [letter] = (await ask('listDeadLetters', '/v1/dead-letters')).items;
  await ask('getDeadLetter', `/v1/dead-letters/${letter.id}`);
  const mended = MORE.at(-1);
  const content = JSON.stringify({
    ...mended,
    data: { dossierId: 'H19.12-261116-0007', status: 'received' },
  });
  answers.set('retryDeadLetter', await post(`/v1/dead-letters/${letter.id}/retry`, { content }));
  answers.set('sendRefusedRecords', await post('/v1/feeds/refused', REFUSED_EXAMPLE));
  return answers;
}
