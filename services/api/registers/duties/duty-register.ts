import { DUTY_ACTS } from '../../../../shared/books/duty/acts.ts';
import { DUTY_EVENTS, dutyStream } from '../../../../shared/books/duty/fields.ts';
import { type DutyLife, dutyActsNow, dutyLife } from '../../../../shared/books/duty/timeline.ts';
import type { Register } from '../register-desk.ts';

export const dutyRegister: Register<typeof DUTY_ACTS, DutyLife> = {
  name: 'duty',
  collection: 'duties',
  acts: DUTY_ACTS,
  streamOf: dutyStream,
  mostEvents: DUTY_EVENTS,
  lifeOf: dutyLife,
  unitOf: ({ unit }) => unit,
  stateOf: ({ state }) => state,
  actsNow: dutyActsNow,
};
