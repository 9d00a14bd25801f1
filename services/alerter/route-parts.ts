import { z } from 'zod';
import { canonicalLabel, type LabelName } from '../../shared/alerting/labels.ts';
import type { MessageContext } from '../../shared/alerting/message.ts';
import type { AuditLog } from '../../shared/audit/audit-log.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { plainText } from '../../shared/platform/plain-text.ts';
import type { AlertBook } from './alerts/alert-book.ts';
import type { EvaluationLoop } from './alerts/evaluation-loop.ts';
import type { SilenceBook } from './alerts/silence-book.ts';
import type { Deliverer } from './webhooks/deliverer.ts';
import type { Outbox } from './webhooks/outbox.ts';

/** The parts that the routes of the alerter use. */
export interface RouteContext {
  readonly outbox: Outbox;
  readonly alerts: AlertBook;
  readonly silences: SilenceBook;
  readonly loop: EvaluationLoop;
  readonly deliverer: Deliverer;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
  readonly allowPrivate: boolean;
  readonly messages: MessageContext;
  /** Why nothing can be answered here; undefined when it can. */
  readonly standby: () => string | undefined;
}

/** RFC 3339 with a zone, to epoch milliseconds. */
export const momentInput = z.iso.datetime({ offset: true }).meta({ example: '2026-11-20T09:31:00+07:00' });

/** The canonical form of a label of an alert. */
export const labelInput = (name: LabelName, limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .overwrite((value) => canonicalLabel(name, value));

export const warningsSchema = z
  .array(z.string())
  .describe('Warnings about names that are unknown. Empty when there are none.');

/** A moment in an answer. */
export const momentOutput = z.string().meta({ format: 'date-time' });

/** The person who does it: on a server with keys the name of the key stands instead. */
export const byInput = plainText(200)
  .min(1)
  .optional()
  .describe('The person who does it, on a server without keys; else the name of the key stands.');
export const commentInput = plainText(2_000);
