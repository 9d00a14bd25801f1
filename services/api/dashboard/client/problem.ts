export interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Whether the server refuses the question to this key, or to a user without one. */
export const isOfKey = (problem: unknown): boolean =>
  problem instanceof Problem && (problem.status === 403 || problem.status === 401);

/** The refusal of the server (RFC 9457), or the fact that it could not be reached (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The places that are wrong, by JSON Pointer. */
  readonly errors: NonNullable<ProblemBody['errors']>;

  constructor(status: number, { code = 'unreachable', detail = '', errors = [] }: ProblemBody) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.detail = [detail, ...errors.map((one) => `${one.pointer}: ${one.detail}`)].filter(Boolean).join(' ');
  }
}
