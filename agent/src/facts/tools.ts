import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter } from 'node:path';

/** Tools that tasks ask for by label: the label, and the programs of which one has to be there. Some are known by two names. */
export const tools: Readonly<Record<string, readonly string[]>> = {
  git: ['git'],
  docker: ['docker'],
  node: ['node'],
  npm: ['npm'],
  pnpm: ['pnpm'],
  yarn: ['yarn'],
  bun: ['bun'],
  deno: ['deno'],
  python: ['python3'],
  python3: ['python3'],
  pip: ['pip3', 'pip'],
  go: ['go'],
  java: ['java'],
  maven: ['mvn'],
  mvn: ['mvn'],
  gradle: ['gradle'],
  cargo: ['cargo'],
  rustc: ['rustc'],
  gcc: ['gcc'],
  'g++': ['g++'],
  clang: ['clang'],
  cmake: ['cmake'],
  make: ['make'],
  bash: ['bash'],
  pwsh: ['pwsh'],
  dotnet: ['dotnet'],
  ruby: ['ruby'],
  php: ['php'],
  kubectl: ['kubectl'],
  helm: ['helm'],
  podman: ['podman'],
  buildah: ['buildah'],
  terraform: ['terraform'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};

/** The labels of the tools on this PATH, found by looking, without starting any. */
export async function findTools(path: string): Promise<readonly string[]> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(
    Object.entries(tools).map(async ([label, programs]) => ((await anyThere(folders, programs)) ? [label] : [])),
  );
  return found.flat();
}

async function anyThere(folders: readonly string[], programs: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    for (const program of programs) {
      if (await isExecutable(`${folder}/${program}`)) return true;
    }
  }
  return false;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
