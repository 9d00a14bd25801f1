/** The key of a request, as far as others than the keys may know it. */
export interface Caller {
  readonly name: string;
  /** The CloudEvents sources that it may speak for, with all that lie below them; every source when absent. */
  readonly sources?: readonly string[];
}
