import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Position } from '../contracts/stored-event.ts';
import type { ChainHead, Link, StoreId } from './chain.ts';

/**
 * The head of a chain with the signature of the office, as a text: a signed note (https://c2sp.org/signed-note) in the manner of a
 * checkpoint of a log (https://c2sp.org/tlog-checkpoint). Its lines are the origin, which is NAME/STORE, the position of the last event
 * in the place of the size, and the link there in the place of the root hash; then the signature. A chain is no Merkle tree: there are no
 * proofs of single events.
 */
export function signedCheckpoint(head: ChainHead, name: string, key: KeyObject): string {
  const origin = `${name}/${head.store}`;
  const text = `${origin}\n${head.position}\n${Buffer.from(head.link, 'hex').toString('base64')}\n`;
  const signature = Buffer.concat([keyId(origin, createPublicKey(key)), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
}

/** What a signed checkpoint states, once its signature is known to be that of the key; else why it states nothing. */
export type CheckpointReading =
  | { readonly kind: 'signed'; readonly head: ChainHead }
  | { readonly kind: 'refused'; readonly reason: string };

/** As many signatures as every reader of signed notes accepts, the largest included. */
export const CHECKPOINT_BYTES = 100_000;

const FORM =
  /^(?<text>(?<origin>\S+\/(?<store>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\n(?<position>0|[1-9]\d{0,15})\n(?<link>[A-Za-z0-9+/]{43}=)\n)\n(?<signatures>(?:— \S+ \S+\n)+)$/u;

export function readCheckpoint(note: string, key: KeyObject): CheckpointReading {
  const { text, store, position, link, signatures } = FORM.exec(note)?.groups ?? {};
  if (text === undefined || signatures === undefined)
    return refused('it is not of the form of a signed checkpoint: origin, position, link, a signature');
  const ours = signatures
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, signer = '', written = ''] = line.split(' ');
      const bytes = Buffer.from(written, 'base64');
      if (bytes.toString('base64') !== written) return [];
      return bytes.subarray(0, ID_BYTES).equals(keyId(signer, key)) ? [bytes.subarray(ID_BYTES)] : [];
    });
  if (ours.length === 0) return refused('the key has not signed it');
  if (!ours.every((signature) => verify(null, Buffer.from(text), key, signature)))
    return refused('its text is not the one that was signed');
  return {
    kind: 'signed',
    head: {
      store: String(store) as StoreId,
      position: Number(position) as Position,
      link: Buffer.from(String(link), 'base64').toString('hex') as Link,
    },
  };
}

const refused = (reason: string): CheckpointReading => ({ kind: 'refused', reason });

/** A new key of an office, Ed25519 (RFC 8032), both parts as PEM. */
export const newCheckpointKey = (): { readonly privateKey: string; readonly publicKey: string } =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

/** @throws when the text is no such key */
export const privateKeyOf = (pem: string): KeyObject => ed25519(createPrivateKey(pem));

/** @throws when the text is no such key */
export const publicKeyOf = (pem: string): KeyObject => ed25519(createPublicKey(pem));

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`it is a key of ${key.asymmetricKeyType ?? 'no type'}, not of Ed25519`);
}

const ID_BYTES = 4;
const ED25519_TYPE = 0x01;
const PUBLIC_KEY_BYTES = 32;

/** Of a signed note: names the key within a signature, and proves nothing. */
function keyId(name: string, publicKey: KeyObject): Buffer {
  const bytes = publicKey.export({ type: 'spki', format: 'der' }).subarray(-PUBLIC_KEY_BYTES);
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ED25519_TYPE))
    .update(bytes)
    .digest()
    .subarray(0, ID_BYTES);
}
