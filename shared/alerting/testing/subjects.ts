import type { FeedSubject, ObjectiveMeaning, ObjectiveSubject, Rule } from '../rule.ts';

/** A rule that raises an alert at once, and repeats none. */
export const rule = (changes: Partial<Rule> = {}): Rule => ({
  kind: 'breach',
  for: 0,
  margin: '0',
  minimumVolume: 0,
  repeatInterval: null,
  ...changes,
});

/** The meaning of the figure of {@link objectiveSubject} for people. */
export const MEANING: ObjectiveMeaning = {
  title: { vi: 'Hồ sơ đúng hạn', en: 'Dossiers on time' },
  owner: { vi: 'Chánh Văn phòng', en: 'Chief of the Office' },
  words: {
    counted: { vi: 'hồ sơ', en: 'dossiers' },
    failed: {
      one: { vi: 'hồ sơ trễ', en: 'late dossier' },
      many: { vi: 'hồ sơ trễ', en: 'late dossiers' },
    },
  },
  part: { name: 'late', title: { vi: 'Trễ hạn', en: 'Late' } },
  window: 'year',
  lateBudget: 0,
};

/** 96 of 100 dossiers of the office on time, target 96 %; without a meaning, as facts of the first versions are. */
export const objectiveSubject = (changes: Partial<ObjectiveSubject> = {}): ObjectiveSubject => ({
  kind: 'objective',
  objective: 'dossier-on-time',
  scope: 'office',
  status: 'met',
  target: '0.96',
  numerator: 96,
  denominator: 100,
  settleNowDenominator: 100,
  doubted: false,
  evidence: '/v1/objectives/dossier-on-time/evidence',
  ...changes,
});

/** A feed that is silent, and never sent anything. */
export const feedSubject = (changes: Partial<FeedSubject> = {}): FeedSubject => ({
  kind: 'feed',
  feed: 'one-stop',
  objectives: ['dossier-on-time'],
  silent: true,
  lastEventAt: null,
  evidence: '/v1/objectives',
  ...changes,
});
