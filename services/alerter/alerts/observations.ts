import type { Watch } from '../../../shared/alerting/rule.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';

/** Everything the rules are asked about, at one moment of the ledger. */
export interface Observations {
  /** The store position that the ledger reflects. */
  readonly position: Position;
  /** Every rule with its subject. */
  readonly watches: readonly Watch[];
  /** The objectives of which all rules are in `watches`: their other alerts end. An alert of no such objective keeps its state. */
  readonly complete: ReadonlySet<string>;
  /** Why nothing can be decided from them: they do not describe the present. Left out when they do. */
  readonly undecided?: string;
}

/** Reads the ledger as it is now. A rejection means: not known at the moment. */
export type Observe = () => Promise<Observations>;
