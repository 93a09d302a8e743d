import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';

export interface TlsFront {
  readonly port: number;
  /** The certificate of the authority that vouches for it, and that no program trusts by itself. */
  readonly authority: string;
  close(): Promise<void>;
}

/** TLS in front of ports of this machine, each by its name, on IPv4 and IPv6, by an authority of its own. */
export async function startTlsFront(targets: Readonly<Record<string, number>>): Promise<TlsFront> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-tls-'));
  const names = Object.keys(targets);
  const at = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=Test authority',
    '-addext',
    'keyUsage=keyCertSign',
  );
  const signed = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-addext',
    `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`,
    '-addext',
    'basicConstraints=CA:FALSE',
  ];
  openssl('req', '-x509', ...key, '-keyout', at('key.pem'), '-out', at('cert.pem'), '-subj', '/CN=test', ...signed);
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key: await readFile(at('key.pem')), cert: await readFile(at('cert.pem')) }, (socket) => {
    sockets.add(socket);
    const onward = connect(targets[String(socket.servername)] ?? 0, '127.0.0.1');
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      one
        .on('error', () => undefined)
        .on('close', () => other.destroy())
        .pipe(other);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined).listen(0, '::');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    authority: at('ca.pem'),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
