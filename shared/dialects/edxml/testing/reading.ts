import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { books } from '../../../books/registry.ts';
import { zoneOf } from '../../../calendar/zone.ts';
import { decoder } from '../../../contracts/decode.ts';
import { feedName } from '../../../contracts/ids.ts';
import { decodeEdxml } from '../decode.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const decode = decoder(books.kinds, zone, (source) => ({ feed: feedName(source), rank: 1 }));
export const fixture = (name: string) =>
  readFileSync(new URL(`../../../../tests/fixtures/edxml/${name}`, import.meta.url), 'utf8');
export const translated = (text: string, contentType?: string) =>
  decodeEdxml(Buffer.from(text), { decode, zone, contentType });

export const inputs = (text: string, contentType?: string) => {
  const made = translated(text, contentType);
  assert.ok(made.kind === 'inputs', JSON.stringify(made));
  return made.inputs;
};

/** The faults of a message as a whole, or of its statements: `pointer: was; expected`, with the places of the sent message. */
export const faults = (text: string, contentType?: string): readonly string[] => {
  const made = translated(text, contentType);
  const found =
    made.kind === 'invalid'
      ? [made.fault]
      : made.inputs.flatMap(({ decoded, asSent = (pointer: string) => pointer }) =>
          decoded.kind === 'invalid'
            ? decoded.faults.map((fault) => ({ ...fault, pointer: asSent(fault.pointer) }))
            : [],
        );
  return found.map(({ pointer, was, expected }) => `${pointer}: ${was}; ${expected}`);
};

/** `[time, document, recipient, step, ...marks]` of each event; of a rejected one its first fault. */
export const steps = (text: string, contentType?: string) =>
  inputs(text, contentType).map(({ decoded, asSent = (pointer: string) => pointer }) => {
    if (decoded.kind === 'invalid') return [asSent(decoded.faults[0]?.pointer ?? ''), decoded.faults[0]?.was];
    const { time, documentId, recipientUnitId, step, at, marks = [] } = JSON.parse(decoded.event.data);
    assert.equal(at, time);
    return [time, documentId, recipientUnitId, step, ...marks];
  });

/** Where the header of these messages stands. */
export const HEADER = '/edXML/edXMLEnvelope/edXMLHeader';

export const status = (code: string, more = '') =>
  `<edXML><edXMLEnvelope><edXMLHeader><Status><ResponseFor><DocumentId>H19.12,2026/11/20,1/A</DocumentId></ResponseFor>
   <From><OrganId>H19.01</OrganId></From><StatusCode>${code}</StatusCode><Timestamp>2026/11/20 09:31:00</Timestamp>${more}
   </Status></edXMLHeader></edXMLEnvelope></edXML>`;

export const document = (
  business: string,
  to = '<To><OrganId>H19.01</OrganId></To><To><OrganId>H19.02</OrganId></To>',
) =>
  `<edXML><e:edXMLEnvelope><e:edXMLHeader><e:MessageHeader><From><OrganId>H19.12</OrganId></From>${to}
   <DocumentId>H19.12,2026/11/21,9/B</DocumentId></e:MessageHeader><TraceHeaderList>
   <TraceHeader><Timestamp>2026/11/21 08:00:00</Timestamp></TraceHeader><Bussiness>${business}</Bussiness>
   </TraceHeaderList></e:edXMLHeader></e:edXMLEnvelope></edXML>`;
