/** Why an import cannot go on; nothing that was answered is lost, and calling it again goes on from there. */
export type ImportErrorCode =
  | 'file-unreadable'
  /** A workbook, or text in another encoding than was declared. */
  | 'file-foreign'
  | 'mapping-needed'
  | 'mapping-invalid'
  | 'columns-missing'
  /** The server does not take it: no right, not the right address. */
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
