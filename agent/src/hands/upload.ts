import { mkdir } from 'node:fs/promises';
import type { Hands, HandsResult } from '../attempts/ports.js';
import { expandGlobs, pathOf } from '../packing/globs.js';
import { exposedSecret } from '../packing/exposed-secret.js';
import { uploadPackage } from '../packing/upload-package.js';
import { messageOf } from '../shared/logger.js';
import { packingIn } from './leavings.js';
import type { MachineHandsParts } from './machine-hands.js';

/** B2: the files of the step, as a package of the project. */
export async function upload(
  { config, identity, network }: MachineHandsParts,
  request: Parameters<Hands['upload']>[0],
): Promise<HandsResult> {
  const { step, spec, fencing, environment, say, signal } = request;
  const fail = (detail: string): HandsResult => {
    say(`not uploaded: ${detail}`);
    return { ok: false, reason: { code: 'uploadFailed', parameters: { package: step.package, detail: detail.slice(0, 2_000) } } };
  };
  try {
    const empty = (['package', 'version', 'files'] as const).find((field) => step[field].length === 0);
    if (empty !== undefined) return fail(`its field “${empty}” is empty, since a parameter that it refers to has no value`);
    const expansion = await expandGlobs(environment.hostPath, step.files, signal);
    if (!expansion.ok) return fail(expansion.reason);
    for (const line of expansion.leftOut) say(line);
    if (expansion.matches.length === 0)
      return {
        ok: false,
        reason: { code: 'noFilesMatched', parameters: { step: step.name, patterns: step.files.join(', ').slice(0, 2_000) } },
      };
    const exposed = exposedSecret(
      { ...step, directory: step.directory ?? '', files: expansion.matches.map(({ names }) => pathOf(names)) },
      spec.secrets,
    );
    if (exposed !== undefined) return { ok: false, reason: { code: 'secretInPackage', parameters: { step: step.name, field: exposed } } };
    for (const { names, kind } of expansion.matches)
      say(`uploading ${pathOf(names)}${kind === 'folder' ? ' as tar.gz' : ''} to ${step.package} ${step.version}`);
    const temporaryFolder = packingIn(config.dataFolder);
    await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
    const result = await uploadPackage({
      baseUrl: identity.url,
      token: identity.token,
      attemptId: spec.attemptId,
      fencing,
      workspace: environment.hostPath,
      files: expansion.matches,
      name: step.package,
      version: step.version,
      directory: step.directory ?? '',
      temporaryFolder,
      outgoing: network.outgoing,
      signal,
    });
    if (!result.ok) return fail(result.reason);
    for (const { fileName, sizeBytes, sha256 } of result.files) say(`uploaded ${fileName}, ${sizeBytes} bytes, sha256 ${sha256}`);
    return { ok: true, fact: `${step.package} ${step.version}` };
  } catch (error) {
    return fail(messageOf(error));
  }
}
