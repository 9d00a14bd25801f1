import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** Where the certificate is, which is also the authority to trust. */
  readonly caFile: string;
}

/** A certificate of its own for 127.0.0.1. @param folder where it goes @throws without `openssl` */
export async function selfSignedCertificate(folder: string): Promise<Certificate> {
  const keyFile = join(folder, 'node.key');
  const caFile = join(folder, 'node.crt');
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', ...kind, ...subject, '-keyout', keyFile, '-out', caFile]);
  return { key: readFileSync(keyFile), cert: readFileSync(caFile), caFile };
}
