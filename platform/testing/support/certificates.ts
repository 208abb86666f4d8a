import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files, valid for a day. */
export interface Certificates {
  readonly ca: string;
  /** A CA that signed none of them. */
  readonly otherCa: string;
  /** Certificate and key of a server, signed by the CA. */
  readonly server: { readonly cert: string; readonly key: string };
  /** Certificate and key of a client, signed by the CA. */
  readonly client: { readonly cert: string; readonly key: string };
  remove(): void;
}

/** Creates certificates with openssl. @param serverName - the only name in the server's certificate */
export function createCertificates(serverName: string): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];
  const authority = (name: string) => {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '1',
      '-subj',
      `/CN=${name}`,
    );
    return join(folder, `${name}.pem`);
  };
  const signed = (name: string, subject: string) => {
    writeFileSync(join(folder, `${name}.extensions`), `subjectAltName=DNS:${subject}\n`);
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', `${name}.extensions`];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...by);
    return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  };
  const [ca, otherCa] = [authority('ca'), authority('other-ca')];
  return {
    ca,
    otherCa,
    server: signed('server', serverName),
    client: signed('client', 'client'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
