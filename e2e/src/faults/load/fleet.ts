import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocolVersion } from '@drover/protocol';
import { agentRegisterPath, type AgentRegistered } from '@drover/protocol/agent';
import type { Farm } from '../../testing/farm.js';
import { simulatedFacts } from '../../testing/simulated/simulated-machine.js';

/** So many start at the same time. */
const startingAtOnce = 4;

/**
 * Starts many real agents, registered without their command line: from one address the controller takes thirty
 * registrations a minute. It has to be started with `manyRegistrations`.
 */
export async function startFleet(
  farm: Farm,
  { count, label }: { readonly count: number; readonly label: string },
): Promise<readonly string[]> {
  const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', { name: label, uses: count, expiresInHours: 1 });
  const names = Array.from({ length: count }, (_, index) => `${label}-${index}`);
  const waiting = [...names.entries()];
  const start = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, name] = next;
      await enrol(farm, { token: secret, name, address: `10.8.0.${index + 1}`, labels: [label] });
      await farm.startAgent(name);
    }
  };
  await Promise.all(Array.from({ length: startingAtOnce }, start));
  return names;
}

async function enrol(
  farm: Farm,
  { address, ...body }: { readonly token: string; readonly name: string; readonly address: string; readonly labels: readonly string[] },
): Promise<void> {
  const response = await fetch(`${farm.url}${agentRegisterPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ ...body, slots: 1, protocolVersion, facts: simulatedFacts }),
  });
  if (!response.ok) throw new Error(`${body.name} could not be registered: ${response.status} ${await response.text()}`);
  const { agentId, token, name } = (await response.json()) as AgentRegistered;
  const folder = farm.agentFolder(name);
  await mkdir(folder, { mode: 0o700 });
  const identity = { url: farm.url, agentId, token, name, labels: body.labels, slots: 1 };
  await writeFile(join(folder, 'identity.json'), JSON.stringify(identity), { mode: 0o600 });
}
