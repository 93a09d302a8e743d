import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './programs.js';

const program = '/usr/sbin/squid';
const authenticator = '/usr/lib/squid/basic_ncsa_auth';

/** Why there is no squid here, if there is none. */
export const squidMissing = (): string | undefined =>
  [program, authenticator, '/usr/bin/openssl'].every((path) => existsSync(path)) ? undefined : 'squid or openssl is not installed';

export const proxyUser = 'me';
/** With characters that an address has to encode. */
export const proxyPassword = 'p@ss:w0rd/%';

export interface Squid {
  /** Address with user and password, for the variables of the environment. */
  readonly url: string;
  /** The same on ::1. */
  readonly url6: string;
  /** What it was asked for: `CONNECT farm.test:443` and the user. Complete once the connections have ended. */
  asked(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A real proxy that wants a user and a password. Only it knows these names: programs that ask a resolver find nothing. */
export async function startSquid(names: Readonly<Record<string, string>>): Promise<Squid> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-squid-'));
  const [port, port6] = await Promise.all([freePort('127.0.0.1'), freePort('::1')]);
  const at = (name: string) => join(folder, name);
  const hash = execFileSync('openssl', ['passwd', '-apr1', proxyPassword]).toString().trim();
  const hosts = Object.entries(names).map(([name, address]) => `${address} ${name}`);
  const lines = [
    ...[`http_port 127.0.0.1:${port}`, `http_port [::1]:${port6}`, `hosts_file ${at('hosts')}`, 'dns_nameservers 127.0.0.1'],
    ...[`auth_param basic program ${authenticator} ${at('users')}`, 'auth_param basic children 1 startup=1 idle=1'],
    ...['acl known proxy_auth REQUIRED', 'http_access allow known', 'http_access deny all'],
    ...['cache deny all', 'cache_mem 0', 'memory_cache_shared off', 'netdb_filename none', 'pinger_enable off', 'coredump_dir none'],
    ...[`logformat asked %rm %ru %un %>Hs`, `access_log stdio:${at('access.log')} asked`, `cache_log ${at('cache.log')}`],
    ...['pid_filename none', 'shutdown_lifetime 0 seconds', 'visible_hostname proxy.test'],
  ];
  await writeFile(at('hosts'), `${hosts.join('\n')}\n`);
  await writeFile(at('users'), `${proxyUser}:${hash}\n`);
  await writeFile(at('conf'), `${lines.join('\n')}\n`);
  // as root it becomes this user before it opens anything
  if (process.getuid?.() === 0) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'proxy'])));
    for (const path of [folder, at('hosts'), at('users'), at('conf')]) await chown(path, uid ?? 0, gid ?? 0);
  }
  // the name keeps its shared memory apart from that of others
  const squid = startProgram({
    name: 'squid',
    program,
    args: ['-N', '-d1', '-n', `drover${process.pid}x${port}`, '-f', at('conf')],
    cwd: folder,
  });
  const close = async () => {
    await squid.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const one of [port, port6]) await squid.line(new RegExp(`Accepting HTTP Socket connections.*:${one} `));
  } catch (error) {
    await close();
    throw error;
  }
  const user = `${proxyUser}:${encodeURIComponent(proxyPassword)}`;
  return {
    url: `http://${user}@127.0.0.1:${port}`,
    url6: `http://${user}@[::1]:${port6}`,
    asked: async () => (await readFile(at('access.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    close,
  };
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
