import type { Requirement, SpecCase, SpecFile } from './format.js';

/** What the server under test says of itself. */
export interface ServerFacts {
  readonly version: string;
  readonly topology: 'single' | 'replicaset';
}

/** Why a case says nothing about this server; nothing where it applies. */
export function reasonToLeaveOut(file: SpecFile, test: SpecCase, server: ServerFacts): string | undefined {
  if (test.skipReason !== undefined) return `skipped by the specification: ${test.skipReason}`;
  if (test.operations.some(({ name }) => name === 'failPoint')) return 'needs the fail points of a test server';
  if (file.name === 'create-null-ids.json' && test.operations.some(({ name }) => /^insert|^bulkWrite/.test(name))) {
    return 'the driver gives documents whose _id is null another one before it sends them';
  }
  return unmet(file.requirements, server) ?? unmet(test.requirements, server);
}

/** One of the requirements has to be met. */
function unmet(requirements: readonly Requirement[], server: ServerFacts): string | undefined {
  const reasons = requirements.map((requirement) => unmetOne(requirement, server));
  return reasons.includes(undefined) ? undefined : reasons[0];
}

function unmetOne({ minServerVersion, maxServerVersion, topologies }: Requirement, { version, topology }: ServerFacts): string | undefined {
  if (minServerVersion !== undefined && compareVersions(version, minServerVersion) < 0) return 'for newer servers';
  if (maxServerVersion !== undefined && compareVersions(version, maxServerVersion) > 0) return 'for older servers';
  if (topologies && !topologies.includes(topology)) return `for ${topologies.join(', ')} only`;
  return undefined;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  for (let place = 0; place < 3; place++) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
