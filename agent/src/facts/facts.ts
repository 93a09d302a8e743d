import { arch, availableParallelism, hostname, platform, release, totalmem } from 'node:os';
import { productVersion } from '@drover/protocol';
import { check, type AgentFacts } from '@drover/protocol/agent';
import { findTools } from './tools.js';

export interface Abilities {
  readonly executors: AgentFacts['executors'];
  readonly isolation: AgentFacts['isolation'];
}

/** G3: what this machine is and has. Starts no program. The label `docker` stands for an engine that answers, not for a client. */
export async function gatherFacts(path: string, { executors, isolation }: Abilities): Promise<AgentFacts> {
  const found = await findTools(path);
  const tools = found.filter((label) => label !== 'docker');
  const engine = executors.includes('docker') ? ['docker'] : [];
  return {
    productVersion,
    os: `${platform()} ${release()}`.slice(0, 64),
    arch: arch(),
    hostname: hostname().slice(0, 255),
    cpus: availableParallelism(),
    memoryMb: Math.floor(totalmem() / 2 ** 20),
    automaticLabels: labelsOf([platform(), arch(), hostname(), ...engine, ...tools]),
    executors,
    isolation,
  };
}

/** Those that the protocol takes as labels, each once. */
function labelsOf(words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => check('labels', [word]).ok).slice(0, 100);
}
