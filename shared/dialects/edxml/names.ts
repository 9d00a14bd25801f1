/** The names that are read within a header; all its other content, above all people's names, is never read. */
export const READ_NAMES: ReadonlySet<string> = new Set([
  'Status',
  'MessageHeader',
  'From',
  'To',
  'OrganId',
  'ResponseFor',
  'DocumentId',
  'Code',
  'CodeNumber',
  'CodeNotation',
  'PromulgationInfo',
  'PromulgationDate',
  'StatusCode',
  'Timestamp',
  'TraceHeaderList',
  'TraceHeader',
  'Bussiness',
  'BussinessDocType',
  'BussinessDocumentInfo',
  'ReceiverList',
  'Receiver',
  'ReceiverType',
  'ReplacementInfoList',
  'ReplacementInfo',
  'OrganIdList',
]);

/** Without regard to case, and to the standard's own spelling of "business". */
const folded = (name: string): string => name.toLowerCase().replaceAll('bussiness', 'business');
const BY_FOLDED: ReadonlyMap<string, string> = new Map([...READ_NAMES].map((name) => [folded(name), name]));

/** The name that is read which this one is, or nearly is. */
export const foldedName = (name: string): string | undefined => BY_FOLDED.get(folded(name));
