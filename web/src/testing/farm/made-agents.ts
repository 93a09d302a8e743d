import type { AgentView, Package, RegistrationToken } from '@drover/protocol/api';
import { asId, type PackageId } from '@drover/protocol';
import { ids } from '../ids.js';
import { now, personRef } from '../people.js';
import { rows } from '../work.js';

type Sketch = readonly [
  name: string,
  status: AgentView['status'],
  slots: number,
  busy: number,
  arch: string,
  os: string,
  labels: readonly string[],
];

// prettier-ignore
const sketches: readonly Sketch[] = [
  ['lin-01', 'online', 4, 4, 'x64', 'linux', ['docker', 'node-20']],
  ['lin-02', 'online', 4, 3, 'x64', 'linux', ['docker', 'java-21']],
  ['lin-04', 'draining', 4, 1, 'x64', 'linux', ['docker']],
  ['lin-07', 'online', 4, 0, 'x64', 'linux', ['docker', 'postgres']],
  ['arm-01', 'online', 2, 2, 'arm64', 'linux', ['docker', 'qemu']],
  ['kvm-02', 'unhealthy', 2, 0, 'x64', 'linux', ['android', 'kvm']],
  ['mac-01', 'online', 2, 1, 'arm64', 'darwin', ['xcode-16']],
  ['win-01', 'disabled', 2, 0, 'x64', 'win32', ['msbuild', 'pwsh']],
  ['bench-02', 'silent', 2, 0, 'armv7', 'linux', ['bench']],
  ['lin-08', 'unapproved', 4, 0, 'x64', 'linux', ['docker']],
];

export const agents: AgentView[] = sketches.map(([name, status, slots, busy, arch, os, labels], index) => ({
  id: ids.agent(index + 1),
  name,
  status,
  revision: 3,
  enabled: status !== 'disabled' && status !== 'draining',
  approved: status !== 'unapproved',
  slots,
  labels: [...labels, `os=${os}`, `arch=${arch}`],
  givenLabels: [...labels],
  facts: {
    productVersion: '0.1.0',
    os,
    arch,
    hostname: `${name}.example.org`,
    cpus: 8,
    memoryMb: 32_000,
    automaticLabels: [`os=${os}`, `arch=${arch}`],
    executors: ['shell', 'docker'],
    isolation: 'separateUser',
  },
  ...(status === 'silent' || status === 'unapproved'
    ? {}
    : {
        health: {
          healthy: status !== 'unhealthy',
          reasons: status === 'unhealthy' ? [{ code: 'diskLow' as const, parameters: { freeMb: 3_100, limitMb: 5_000 } }] : [],
          loadPercent: 8 + ((index * 37) % 90),
          freeMemoryMb: 4_000 + ((index * 5_003) % 24_000),
          freeDiskMb: 40_000,
        },
      }),
  registeredAt: now - 20 * 86_400_000 + index * 3_600_000,
  ...(status === 'silent' ? { silentSince: now - 240_000 } : { connectedSince: now - 3 * 86_400_000 }),
  attempts: Array.from({ length: busy }, (_, slot) => {
    const row = rows[(index + slot) % rows.length];
    return {
      attemptId: asId(`${ids.run(1)}.t1-2.1`),
      runId: ids.run(((index + slot) % rows.length) + 1),
      slot,
      pipelineName: row?.name ?? '',
      runNumber: row?.newestRun?.number ?? 1,
      taskName: 'API tests',
      startedAt: now - 60_000,
    };
  }),
}));

export const registrationTokens: RegistrationToken[] = [
  {
    id: ids.token(11),
    name: 'build room 2',
    usesLeft: 6,
    expiresAt: now + 5 * 86_400_000,
    createdAt: now - 86_400_000,
    createdBy: personRef(1),
  },
  {
    id: ids.token(12),
    name: 'payments bench',
    projectId: ids.project(2),
    usesLeft: 1,
    expiresAt: now + 3_600_000,
    createdAt: now - 3_600_000,
    createdBy: personRef(4),
  },
];

const packageId = (number: number): PackageId => asId<PackageId>(`p${'0'.repeat(21)}${String(number).padStart(4, '0')}`);

export const packages: Package[] = Array.from({ length: 24 }, (_, i) => {
  const name = ['web-app-server', 'web-app-static', 'tools'][i % 3] ?? 'tools';
  const byHand = name === 'tools';
  return {
    id: packageId(i + 1),
    projectId: ids.project(1),
    directory: byHand ? '' : i % 3 === 0 ? 'server' : 'web/static',
    name,
    version: `2.31.${20 - Math.floor(i / 3)}`,
    fileName: `${name}.tar.gz`,
    sizeBytes: 58_100_000 - i * 1_900_000,
    sha256: `${i.toString(16).padStart(2, '0')}9f2c41ab`.repeat(7).slice(0, 64),
    createdAt: now - i * 3_700_000,
    ...(byHand
      ? { uploadedBy: personRef(1) }
      : {
          run: {
            id: ids.run(1),
            number: 1284 - Math.floor(i / 3),
            pipelineId: ids.pipeline(1),
            pipelineName: 'web-app',
            taskKey: i % 3 === 0 ? 't0-0' : 't0-1',
          },
          commit: '8f3c1d2a90b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
          branch: 'main',
        }),
  };
});
