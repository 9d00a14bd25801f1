/** A real PostgreSQL server for tests. */
export interface TestPostgres {
  /** Of its maintenance database, as a user who may create databases. */
  readonly url: string;
  /** Orderly stop and start at the same address with the same data; after {@link kill} it only starts. A shared server refuses. */
  restart(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** The end: nothing of it is left. */
  stop(): Promise<void>;
}

export interface PostgresSettings {
  /** Not the server that other tests use too: this one stops it, or changes what its databases share. */
  readonly own?: true;
  /** Waits for the disk, as a test has no need to. Somebody else's server is as it is. */
  readonly durable?: boolean;
}
