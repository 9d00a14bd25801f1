import type { Ruling } from '../../../bookkeeping/ruling.ts';
import type { RuledDossier, Second } from '../milestones.ts';
import { type OnTimeBasis, type OnTimeDefinition, standingThen } from './definition.ts';
import { by, type OnTimeRule } from './rules.ts';

/**
 * The progress score of the national portal (tiến độ giải quyết), 20 × on time ÷ received: every dossier in hand in the window counts,
 * and an end stands in for a missing one. Times are compared to the second.
 */
export const portal766: OnTimeDefinition = {
  name: 'portal-766',
  version: 1,
  title: { vi: 'Cổng Dịch vụ công quốc gia (766)', en: 'National portal (766)' },
  source: {
    vi: 'Quyết định 766/QĐ-TTg ngày 23/6/2022, tiêu chí tiến độ giải quyết; theo mô tả của Cổng Dịch vụ công quốc gia',
    en: 'Decision 766/QĐ-TTg of 23/6/2022, criterion of progress, as the National Public Service Portal describes it',
  },
  scoreOutOf: 20,
  unconfirmed: [
    {
      vi: 'Mốc thay cho ngày kết thúc của hồ sơ đang giải quyết khi kỳ chưa kết thúc: tham số openEnd',
      en: 'Which end stands in for the missing one of an open dossier while the window runs: the parameter openEnd',
    },
    {
      vi: 'Thời gian bổ sung có được trừ khi hẹn trả đã được điều chỉnh vì bổ sung hay không: ở đây được trừ',
      en: 'Whether the time of a supplement is taken off where the due date was moved for it: here it is',
    },
    {
      vi: 'Hồ sơ rút sau khi tiếp nhận: ở đây tính theo thời điểm rút',
      en: 'A dossier withdrawn after its receipt: here the withdrawal is its end',
    },
    {
      vi: 'Hồ sơ không có hẹn trả và thủ tục không có thời hạn: ở đây để ngoài',
      en: 'A dossier without a due date, of a procedure without a limit: here it is left out',
    },
  ],
  rulingOn(dossier, basis) {
    const standing = standingThen(dossier, basis);
    if (standing === 'refused-at-intake' || standing === 'not-received') return by(standing).outside;
    const end = endOf(dossier, basis);
    if (end.at < basis.start) return by('not-in-hand').outside;
    const { asked, askedAgain } = dossier;
    if (asked === null || asked >= end.at) return compared(dossier, end, basis);
    if (askedAgain !== null && askedAgain < Math.min(end.at, basis.over))
      return by('supplement-twice').against;
    return supplemented(dossier, asked, end, basis);
  },
};

/** The end of a dossier, and the rule by which it is its end. */
interface PortalEnd {
  readonly at: Second;
  readonly rule: OnTimeRule;
}

/** The end of processing, else the hand-over, else the stop. What came after the window has not happened. */
function endOf(
  { end, finished, handedOver, stopped, closed }: RuledDossier,
  { over, openEnd }: OnTimeBasis,
): PortalEnd {
  const happened = (moment: Second | null): moment is Second => moment !== null && moment < over;
  if (end === 'withdrawn' && happened(closed)) return { at: closed, rule: 'withdrawn' };
  if (happened(finished)) return { at: finished, rule: 'second' };
  if (happened(handedOver)) return { at: handedOver, rule: 'hand-over' };
  if (happened(stopped)) return { at: stopped, rule: 'stopped' };
  return { at: openEnd, rule: 'open-end' };
}

/** Asked once: while it waits, the request is its end; once the supplement is in, its time is taken off. */
function supplemented(dossier: RuledDossier, asked: Second, end: PortalEnd, basis: OnTimeBasis): Ruling {
  const { supplied } = dossier;
  if (supplied === null || supplied >= basis.over)
    return compared(dossier, { at: asked, rule: 'supplement-waiting' }, basis);
  const whole = compared(dossier, end, basis);
  const net = compared(dossier, { ...end, at: end.at - (Math.min(supplied, end.at) - asked) }, basis);
  return net.counts === whole.counts ? net : by('supplement-time').for;
}

/** An end with the due date, or with the legal limit where there is none. */
function compared({ due, received, procedure }: RuledDossier, end: PortalEnd, basis: OnTimeBasis): Ruling {
  const last = due ?? (received === null ? null : basis.legalEnd(procedure, received));
  if (last === null) return by('no-legal-limit').outside;
  const rule = by(due === null ? 'legal-limit' : end.rule);
  return end.at <= last ? rule.for : rule.against;
}
