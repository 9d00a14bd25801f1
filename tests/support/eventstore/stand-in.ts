import { randomUUID } from 'node:crypto';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipMessages, { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featureMessages, { type SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamsService, { type IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { Appending } from './appending.ts';
import { BatchAppending } from './batch-appending.ts';
import { unavailable } from './errors.ts';
import { EventLog } from './event-log.ts';
import { Faults } from './faults.ts';
import { textOf, uuidMessage } from './messages.ts';
import { Reading } from './reading.ts';
import type { ProposedEvent } from './stored-event.ts';

export interface StandInOptions {
  /** A free one by default. */
  readonly port?: number;
  /** The loopback interface by default. */
  readonly host?: string;
  /** Where to keep the events; in memory only when omitted. */
  readonly file?: string;
  /** PEM. Plain text when omitted. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** Shares another node's log, as the members of a cluster do. */
  readonly log?: EventLog;
}

/** A stand-in for EventStoreDB: the real client talks to it by real gRPC; its events are in memory, or in a file of lines. */
export interface EventStoreStandIn {
  readonly host: string;
  readonly port: number;
  /** For the real client, without credentials. */
  readonly connectionString: string;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly appending: Appending;
  readonly batches: BatchAppending;
  readonly reading: Reading;
  /** Writes events of the server's own, such as come in between at any time. */
  systemNoise(count: number): void;
  /** Ends every subscription that is open. */
  dropSubscriptions(): void;
  /** Ends every call of `BatchAppend` that is open. */
  dropBatches(): void;
  /** At once, with all work under way. */
  stop(): Promise<void>;
}

export async function startEventStoreStandIn(options: StandInOptions = {}): Promise<EventStoreStandIn> {
  const host = options.host ?? '127.0.0.1';
  const log = options.log ?? new EventLog(options.file);
  const faults = new Faults();
  const appending = new Appending(log, faults);
  const batches = new BatchAppending(log, faults);
  const reading = new Reading(log, faults);
  // Clients read up to 17 MiB at once, and the server accepts as much.
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1_024 * 1_024 });
  const service: IStreamsServer = {
    read: (call) => void reading.serve(call),
    append: (call, answer) => void appending.serve(call, answer),
    batchAppend: (call) => batches.serve(call),
    delete: (call, answer) => {
      log.softDelete(textOf(call.request.getOptions()?.getStreamIdentifier()?.getStreamName() ?? ''));
      answer(null, new streams.DeleteResp());
    },
    tombstone: (call, answer) => {
      log.tombstone(textOf(call.request.getOptions()?.getStreamIdentifier()?.getStreamName() ?? ''));
      answer(null, new streams.TombstoneResp());
    },
  };
  server.addService(streamsService.StreamsService, service);
  server.addService(features.ServerFeaturesService, {
    getSupportedMethods: ((_, answer) => {
      if (faults.unavailable) answer(unavailable());
      else answer(null, supportedMethods());
    }) satisfies handleUnaryCall<Empty, SupportedMethods>,
  });
  server.addService(gossip.GossipService, {
    read: ((_, answer) => {
      if (faults.unavailable) answer(unavailable());
      else answer(null, clusterOf({ host, port }, faults));
    }) satisfies handleUnaryCall<Empty, ClusterInfo>,
  });
  const credentials = options.tls
    ? ServerCredentials.createSsl(null, [{ private_key: options.tls.key, cert_chain: options.tls.cert }])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${options.port ?? 0}`, credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const systemNoise = (count: number) => {
    log.append('$stats-0.0.0.0:2113', 'any', Array.from({ length: count }, statsEvent));
  };
  // The events that every server writes before its clients.
  if (log.events.length === 0) systemNoise(3);
  return {
    host,
    port,
    connectionString: `esdb://${host}:${port}?tls=${options.tls !== undefined}`,
    faults,
    log,
    appending,
    batches,
    reading,
    systemNoise,
    dropSubscriptions: () => reading.drop(unavailable()),
    dropBatches: () => batches.drop(unavailable()),
    async stop() {
      server.forceShutdown();
      log.close();
    },
  };
}

const statsEvent = (): ProposedEvent => ({
  id: randomUUID(),
  type: '$statsCollected',
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify({ 'proc-mem': 1 })),
  metadata: Buffer.alloc(0),
});

function supportedMethods(): SupportedMethods {
  const service = 'event_store.client.streams.streams';
  return new featureMessages.SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(
    ['read', 'append', 'delete', 'tombstone', 'batchappend'].map((name) =>
      new featureMessages.SupportedMethod()
        .setServiceName(service)
        .setMethodName(name)
        .setFeaturesList(name === 'read' ? ['position', 'events'] : []),
    ),
  );
}

/** The node itself, and the leader when it is another one. */
function clusterOf(self: { readonly host: string; readonly port: number }, { leader }: Faults): ClusterInfo {
  const { LEADER, FOLLOWER } = gossipMessages.MemberInfo.VNodeState;
  const member = ({ host, port }: { readonly host: string; readonly port: number }, leads: boolean) =>
    new gossipMessages.MemberInfo()
      .setInstanceId(uuidMessage(randomUUID()))
      .setTimeStamp('0')
      .setState(leads ? LEADER : FOLLOWER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipMessages.EndPoint().setAddress(host).setPort(port));
  return new gossipMessages.ClusterInfo().setMembersList(
    leader ? [member(self, false), member(leader, true)] : [member(self, true)],
  );
}
