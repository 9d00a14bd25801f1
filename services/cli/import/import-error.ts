/** Why an import stops; no acknowledged item is lost, and the next call continues from there. */
export type ImportErrorCode =
  | 'file-unreadable'
  /** A workbook, or text in another encoding than was declared. */
  | 'file-foreign'
  | 'mapping-needed'
  | 'mapping-invalid'
  | 'columns-missing'
  /** The server refuses it: the key lacks the right, or the address is wrong. */
  | 'refused'
  /** The server was away for longer than was waited. */
  | 'unavailable';

export class ImportError extends Error {
  readonly code: ImportErrorCode;
  constructor(code: ImportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImportError';
    this.code = code;
  }
}
