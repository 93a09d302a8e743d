import { readFileSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Farm } from '../testing/farm.js';

/** By this variable every process of an attempt is found; its value begins with the id of the agent. */
const markVariable = 'DROVER_ATTEMPT_MARK';
/** An agent makes at most so many places ahead. */
const mostReady = 4;

/** G8 G9 G11: no process of any attempt of this agent is left, no workspace but empty ones that are kept ready, and nothing in its spool. */
export async function expectNothingLeft(farm: Farm, agent: string): Promise<void> {
  const folder = farm.agentFolder(agent);
  expect(processesOf(await agentIdOf(farm, agent)), 'processes left').to.deep.equal([]);
  const workspaces = await readdir(join(folder, 'workspaces')).catch(() => []);
  const used = await Promise.all(workspaces.map((name) => readdir(join(folder, 'workspaces', name)).catch(() => [])));
  expect(used.flat(), 'workspaces left').to.deep.equal([]);
  expect(workspaces.length, 'workspaces ready').to.be.at.most(mostReady);
}

export async function agentIdOf(farm: Farm, agent: string): Promise<string> {
  const identity = JSON.parse(await readFile(join(farm.agentFolder(agent), 'identity.json'), 'utf8')) as { readonly agentId: string };
  return identity.agentId;
}

/** Command lines of the live processes that an agent's attempts started. Zombies, which only wait to be reaped, have no environment. */
function processesOf(agentId: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      readOrEmpty(`/proc/${pid}/environ`)
        .split('\0')
        .some((entry) => entry.startsWith(`${markVariable}=${agentId}/`) && entry !== `${markVariable}=${agentId}/ready`),
    )
    .map((pid) => `${pid} ${readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
