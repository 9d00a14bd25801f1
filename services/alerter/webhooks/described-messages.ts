import { z } from 'zod';
import { MESSAGE_TYPES, type MessageType } from '../../../shared/alerting/message.ts';
import { messageExample, messageSchema } from '../../../shared/alerting/message-schema.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';

const SUMMARIES: Readonly<Record<MessageType, string>> = {
  'objective.breached': 'An objective is not met',
  'objective.at-risk': 'An objective would not be met if everything overdue were settled now',
  'objective.recovered': 'An objective is met again, or no longer at risk',
  'feed.silent': 'A feed that an objective needs has fallen silent',
  'feed.resumed': 'A feed that was silent sends again',
  'register.overdue': 'Entries of a register are past their last day',
  'register.cleared': 'No entry of that register is past its last day any more',
  'webhook.test': 'A test message sent on request',
};

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});
const PARAMETERS = [
  header('webhook-id', 'The same on every try of one message.'),
  header('webhook-timestamp', 'Seconds since 1970, when this try was made.'),
  header('webhook-signature', 'As Standard Webhooks sign; several while a secret rotates.'),
];
const RESPONSES = {
  '2XX': { description: 'Accepted; it is not sent again.' },
  410: { description: 'The receiver is gone: the webhook is disabled.' },
  429: { description: 'Tried again later, after `Retry-After` if it is given.' },
  default: { description: 'Tried again, ten times within a day.' },
};

/** The messages that receivers get, as the `webhooks` of an OpenAPI document. */
export const describedMessages = (zone: Zone): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    MESSAGE_TYPES.map((type) => {
      const { $schema: _, ...schema } = z.toJSONSchema(messageSchema(type), { io: 'input' });
      const content = { 'application/json': { schema, example: messageExample(type, zone) } };
      const operationId = `on${type.replace(/(?:^|[.-])(\w)/g, (_match, letter) => letter.toUpperCase())}`;
      const summary = SUMMARIES[type];
      const post = {
        operationId,
        summary,
        // No key of this system is sent to a receiver: the signature proves the sender.
        security: [],
        parameters: PARAMETERS,
        requestBody: { required: true, content },
        responses: RESPONSES,
      };
      return [type, { post }];
    }),
  );
