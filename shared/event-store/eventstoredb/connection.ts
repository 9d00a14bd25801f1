import { EventStoreDBClient } from '@eventstore/db-client';
import type { ConnectionSettings } from './connection-string.ts';

/**
 * The vendor's client, with three of its ways changed.
 *
 * Appends go one a call. The client's own way, all through one call (`BatchAppend`), has one list for the whole process of the
 * calls that wait for an answer: an error of any connection fails the appends of all, an answer that comes after that throws where
 * nothing catches it, and so does a connection that breaks while appends wait to be written. Both end the process. A call of its
 * own also has a deadline that the transport keeps.
 *
 * Reconnecting may fail. The client looks for a new channel when a call has failed, and while another such search is under way it
 * waits for that one's end; a rejection of it would be unhandled, and would end the process.
 *
 * The channel is closed at the end, where `dispose` ends only the streams.
 */
export class Connection extends EventStoreDBClient {
  /** It is asked for `BatchAppend` only; not asking the server spares the call that made cold parallel appends hang, too. */
  protected override supports = async (): Promise<boolean> => false;

  /** Once, before its first call. */
  guarded(): this {
    const reconnect = this.handleError;
    // The next call finds out by itself what has become of the connection.
    this.handleError = (client, error) => reconnect(client, error).catch(() => {});
    return this;
  }

  async close(): Promise<void> {
    await this.dispose();
    // Not awaited: without a channel the client first makes one, and searches long for the nodes of a cluster.
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
  if (discover)
    return new Connection({ discover: first, ...discovery, ...client }, tls, credentials).guarded();
  const connection =
    hosts.length > 1
      ? new Connection({ endpoints: [...hosts], ...discovery, ...client }, tls, credentials)
      : new Connection({ endpoint: first, ...client }, tls, credentials);
  return connection.guarded();
}
