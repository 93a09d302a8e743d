import type Docker from 'dockerode';
import type { DockerOptions, OpenAttempt } from '../executor.js';

/** Sees to it that the image is there, by the policy; rejects with what the registry said. Credentials go into this pull only. */
export async function provideImage(
  engine: Docker,
  docker: DockerOptions,
  attempt: Pick<OpenAttempt, 'onNotice' | 'signal'>,
): Promise<void> {
  if (docker.pull !== 'always' && (await isPresent(engine, docker.image))) return;
  if (docker.pull === 'never') throw new Error(`the image ${docker.image} is not on this machine and may not be pulled`);
  attempt.onNotice(`pulling ${docker.image}`);
  await pull(engine, docker, attempt.signal).catch((cause: unknown) => {
    throw new Error(`the image ${docker.image} could not be pulled: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
}

const isPresent = (engine: Docker, image: string): Promise<boolean> =>
  engine
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );

async function pull(engine: Docker, docker: DockerOptions, abortSignal: AbortSignal): Promise<void> {
  const { credentials } = docker;
  // a name without tag would pull every tag of the repository
  const named = /[:@][^/]+$/.test(docker.image) ? docker.image : `${docker.image}:latest`;
  const stream = await engine.pull(named, {
    abortSignal,
    ...(credentials && {
      authconfig: { username: credentials.user, password: credentials.password, serveraddress: credentials.address },
    }),
  });
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  });
}
