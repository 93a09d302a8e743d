import type Docker from 'dockerode';
import { once } from 'node:events';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Builtins of the shell alone: an image need not have `id`. */
const idsScript = 'while read -r name id rest; do case $name in Uid:|Gid:) echo "$id" ;; esac; done </proc/self/status';

/** The numbers of a user of a container. Undefined where it does not tell. */
export async function idsOf(container: Docker.Container, user: string): Promise<Owner | undefined> {
  const said = await runInside(container, { argv: ['/bin/sh', '-c', idsScript], user });
  const [uid, gid] = said
    .split(/\s+/)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** The user that an image names for its programs. */
export async function userOf(engine: Docker, image: string): Promise<string> {
  const { Config } = await engine.getImage(image).inspect();
  return Config.User === '' ? rootUser : Config.User;
}

const rootUser = '0:0';

export const isRoot = (user: string): boolean => /^(?:root|0)(?::|$)/.test(user);

/** Gives a folder of a container to a user with all in it; links themselves, never what they lead to. Everything but its first process is ended `first`. */
export async function giveFolder(
  container: Docker.Container,
  options: { readonly folder: string; readonly owner: Owner; readonly endsAll?: boolean },
): Promise<void> {
  const { folder, owner, endsAll = false } = options;
  const chown = `chown -hR ${owner.uid}:${owner.gid} ${folder}`;
  await runInside(container, { argv: ['/bin/sh', '-c', endsAll ? `kill -9 -1; ${chown}` : chown], user: rootUser });
}

async function runInside(
  container: Docker.Container,
  command: { readonly argv: readonly string[]; readonly user: string },
): Promise<string> {
  const exec = await container.exec({
    Cmd: [...command.argv],
    AttachStdout: true,
    Tty: true, // the output comes as it is, not in frames
    WorkingDir: '/',
    User: command.user,
  });
  const stream = await exec.start({ Tty: true });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks).toString();
}
