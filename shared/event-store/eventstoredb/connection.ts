import { EventStoreDBClient } from '@eventstore/db-client';
import type { ConnectionSettings } from './connection-string.ts';

/**
 * The vendor's client, with two of its ways changed.
 *
 * Appends go one a call. The client's own way, all through one call (`BatchAppend`), has one list for the whole process of who
 * waits for an answer: an error of any connection fails the appends of all, an answer that comes after that throws where
 * nothing catches it, and so does a connection that breaks while appends wait to be written. Both end the process. A call of its
 * own also has a deadline that the transport keeps.
 *
 * The channel is closed at the end, where `dispose` ends only the streams.
 */
export class Connection extends EventStoreDBClient {
  /** It is asked for `BatchAppend` only; not asking the server spares the call that made cold parallel appends hang, too. */
  protected override supports = async (): Promise<boolean> => false;

  async close(): Promise<void> {
    await this.dispose();
    // Nobody waits for this: where there is no channel the client first makes one, and looks for the nodes of a cluster for long.
    this.getChannel().then(
      (channel) => channel.close(),
      () => {},
    );
  }
}

export function connect(settings: ConnectionSettings): Connection {
  const { hosts, discover, credentials, tls, client, discovery } = settings;
  const [first] = hosts;
  if (first === undefined) throw new RangeError('a connection needs a host');
  if (discover) return new Connection({ discover: first, ...discovery, ...client }, tls, credentials);
  return hosts.length > 1
    ? new Connection({ endpoints: [...hosts], ...discovery, ...client }, tls, credentials)
    : new Connection({ endpoint: first, ...client }, tls, credentials);
}
