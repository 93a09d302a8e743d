import { join } from 'node:path';
import type { Hands, HandsResult } from '../attempts/ports.js';
import { attemptMark, attemptMarkVariable } from '../executors/executor.js';
import { checkoutSource } from '../git/checkout.js';
import { messageOf } from '../shared/logger.js';
import { mirrorsIn } from './leavings.js';
import type { MachineHandsParts } from './machine-hands.js';

/** S7: the commit of the run, in the workspace. */
export async function checkout(
  { config, abilities, identity, gitEnvironment }: MachineHandsParts,
  request: Parameters<Hands['checkout']>[0],
): Promise<HandsResult> {
  const { step, source, environment, print, say, signal } = request;
  const name = source.alias ?? source.url;
  const fail = (detail: string, cause?: string): HandsResult => ({
    ok: false,
    reason: { code: 'checkoutFailed', parameters: { source: name, detail: detail.slice(0, 2_000), ...(cause !== undefined && { cause }) } },
  });
  say(`checking out ${name}, ${source.ref.type} ${source.ref.name}, commit ${source.commit}`);
  try {
    const result = await checkoutSource({
      repository: { url: source.url, ...(source.alias === undefined ? {} : { alias: source.alias }) },
      commit: source.commit,
      ref: source.ref,
      credentials: source.credentials,
      allowedFolders: source.allowedFolders,
      workspace: environment.hostPath,
      targetPath: join(environment.hostPath, step.path ?? ''),
      mirrorCacheDir: mirrorsIn(config.dataFolder),
      // marked, so that the next process of a killed agent ends it before it looks at the mirrors
      env: { ...(await gitEnvironment()), [attemptMarkVariable]: attemptMark(identity.agentId, 'checkout') },
      signal,
      onOutput: print,
      onNotice: say,
      ...(step.depth ? { depth: step.depth } : {}),
      ...(step.submodules === undefined ? {} : { submodules: step.submodules !== false }),
      ...(step.lfs === undefined ? {} : { lfs: step.lfs }),
      ...(step.tags === undefined ? {} : { tags: step.tags }),
      ...(step.branches === undefined ? {} : { branches: step.branches }),
      ...(abilities.isolation === 'separateUser' && abilities.taskUser ? { owner: abilities.taskUser } : {}),
    });
    return result.ok
      ? { ok: true, fact: `commit ${result.commit.slice(0, 12)}` }
      : fail(result.reason, result.kind === 'other' ? undefined : result.kind);
  } catch (error) {
    return fail(messageOf(error));
  }
}
