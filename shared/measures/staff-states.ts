/** The states of people by which lists can be asked for: each is a part of one of the two measures of staff. The page lists people by them, too. */
export const RATING_STATES = [
  'not-assessed',
  'excellent',
  'good',
  'completed',
  'not-completed',
  'under-six-months',
  'unassigned',
] as const;
export const STANDARD_STATES = ['met', 'not-met', 'not-yet-placed', 'not-known'] as const;
