import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';

const run = promisify(execFile);
const USER = 'nhip-test';
const PASSWORD = 'only-for-tests';

/** A second door of a test broker: TLS with a certificate of its own, and a user and password by SASL. */
export interface SecureListener {
  /** `host:port`. */
  readonly address: string;
  /** The certificate to trust, in PEM. */
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  readonly formatArgs: readonly string[];
  /** For `server.properties`, beside the doors that the broker has. */
  propertiesOver(plain: Readonly<Record<string, string>>): Record<string, string>;
}

/** @param folder where the key and the certificate go. @throws without `keytool`, which comes with Java */
export async function secureListener(folder: string): Promise<SecureListener> {
  const keyStore = join(folder, 'broker.p12');
  const caFile = join(folder, 'broker.pem');
  const store = ['-keystore', keyStore, '-storepass', PASSWORD, '-alias', 'broker'];
  const subject = ['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1'];
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', ...store, ...subject]);
  await run('keytool', ['-exportcert', '-rfc', '-file', caFile, ...store]);
  const [port] = await freePorts(1);
  const door = `SECURE://127.0.0.1:${port}`;
  const login = 'org.apache.kafka.common.security';
  const scram = `${login}.scram.ScramLoginModule required;`;
  return {
    address: `127.0.0.1:${port}`,
    caFile,
    username: USER,
    password: PASSWORD,
    formatArgs: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${USER},password=${PASSWORD}]`,
    ]),
    propertiesOver: (plain) => ({
      listeners: `${plain.listeners},${door}`,
      'advertised.listeners': `${plain.listeners?.split(',')[0]},${door}`,
      'inter.broker.listener.name': 'PLAINTEXT',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.secure.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
      'listener.name.secure.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.secure.scram-sha-512.sasl.jaas.config': scram,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': keyStore,
      'ssl.keystore.password': PASSWORD,
      'ssl.key.password': PASSWORD,
    }),
  };
}
