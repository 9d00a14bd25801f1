import { EventEmitter, once } from 'node:events';
import { type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { accessDenied, failure, notLeader, unavailable } from './errors.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The faults that a test can cause, by plain fields; they hold until they are set again, the counters until they are used up. */
export interface FaultSettings {
  /** Every call is refused. */
  unavailable: boolean;
  /** Set on a follower: it refers calls that want the leader to this node. */
  leader: Endpoint | undefined;
  /** So many appends are stored, and answered as if they had failed. */
  loseAnswers: number;
  /** So many appends are not stored, and never answered. */
  hangAppends: number;
  /** Appends wait at the door, each holding its call open. */
  holdAppends: boolean;
  /** The same for appends to streams whose names begin so; none when empty. */
  holdStreams: string;
  /** Subscriptions that begin now stay open and send nothing. */
  silent: boolean;
  /** Bytes. */
  maxAppendSize: number;
  /** Bytes of one event; servers before 24.10 have no such limit. */
  maxAppendEventSize: number;
  /** Anyone may do anything when undefined. */
  credentials: { readonly username: string; readonly password: string } | undefined;
}

/** Bytes; the server's default. */
const MAX_APPEND_SIZE = 1_048_576;

export class Faults implements FaultSettings {
  unavailable = false;
  leader: Endpoint | undefined;
  loseAnswers = 0;
  hangAppends = 0;
  silent = false;
  maxAppendSize = MAX_APPEND_SIZE;
  maxAppendEventSize = Number.POSITIVE_INFINITY;
  credentials: FaultSettings['credentials'];
  readonly #signals = new EventEmitter().setMaxListeners(0);
  #holding = false;
  #holdStreams = '';

  get holdAppends(): boolean {
    return this.#holding;
  }
  set holdAppends(hold: boolean) {
    this.#holding = hold;
    if (!hold) this.#signals.emit('released');
  }

  get holdStreams(): string {
    return this.#holdStreams;
  }
  set holdStreams(prefix: string) {
    this.#holdStreams = prefix;
    this.#signals.emit('released');
  }

  /** Resolves once appends to a stream may go on. */
  async passed(stream: string): Promise<void> {
    while (this.#holding || (this.#holdStreams !== '' && stream.startsWith(this.#holdStreams))) {
      await once(this.#signals, 'released');
    }
  }

  /** Uses up one of `hangAppends`. */
  hangsAppend(): boolean {
    return this.hangAppends > 0 && this.hangAppends-- > 0;
  }

  /** Uses up one of `loseAnswers`. */
  losesAnswer(): boolean {
    return this.loseAnswers > 0 && this.loseAnswers-- > 0;
  }

  /** Whether a call is refused before anything is looked at. */
  refusal(metadata: Metadata): StatusObject | undefined {
    if (this.unavailable) return unavailable();
    if (this.credentials) {
      const { username, password } = this.credentials;
      const [given] = metadata.get('authorization');
      if (given === undefined) return accessDenied();
      if (given !== `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`) {
        return failure(status.UNAUTHENTICATED, 'Unauthenticated');
      }
    }
    if (this.leader && metadata.get('requires-leader').length > 0) return notLeader(this.leader);
    return undefined;
  }
}
