/** A real Kafka broker for a test. */
export interface TestBroker {
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** Where it keeps its segments, when this process can write there. */
  readonly logDir?: string;
  /** Orderly stop and start at the same address with the same data; after {@link kill} it only starts. A shared broker refuses. */
  restart(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** The end: nothing of it is left. */
  stop(): Promise<void>;
}
