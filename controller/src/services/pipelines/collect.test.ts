import { assert } from 'chai';
import type { DefinitionId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { sampleDefinition, sampleIds, sampleJob } from '../../domain/runs/fixtures.js';
import { createDefinitions } from './definitions.js';

const hourMs = 3_600_000;

describe('snapshots of definitions that no run follows', () => {
  let now: number;
  let stored: Map<DefinitionId, DefinitionSnapshot>;
  let definitions: ReturnType<typeof createDefinitions>;
  const record = { _id: sampleIds.pipelineId, projectId: sampleIds.projectId, definition: sampleDefinition([{ tasks: ['a'] }]).pipeline } as PipelineRecord; // prettier-ignore
  beforeEach(() => {
    now = 0;
    stored = new Map();
    const [jobs, none] = [[{ definition: sampleJob }], [] as const]; // the very same each time: as it is in memory
    definitions = createDefinitions({
      jobs: { ofProject: async () => jobs },
      endpoints: { ofProject: async () => none },
      settings: { read: async () => ({ allowedFolders: none }) },
      clock: { now: () => now },
      definitions: {
        put: async (id: DefinitionId, snapshot: DefinitionSnapshot) => void stored.set(id, snapshot),
        get: async (id: DefinitionId) => stored.get(id),
        remove: async (id: DefinitionId) => void stored.delete(id),
      },
    } as never);
  });
  const started = async (): Promise<DefinitionId> => {
    const made = await definitions.snapshot(record);
    return made.ok ? made.value.definitionId : assert.fail();
  };

  it('are removed, and stored again by the next start', async () => {
    const id = await started();
    now = hourMs;
    assert.isTrue(await definitions.collect(id, async () => false));
    assert.equal(stored.size, 0);
    assert.equal(await started(), id);
    assert.isTrue(stored.has(id));
  });

  it('stay while a run follows them', async () => {
    const id = await started();
    now = hourMs;
    assert.isTrue(await definitions.collect(id, async () => true));
    assert.isTrue(stored.has(id));
  });

  it('stay while a start may be about to follow them, also one that comes while they are being looked at', async () => {
    const id = await started();
    assert.isFalse(await definitions.collect(id, async () => false));
    now = hourMs;
    let next: Promise<DefinitionId> | undefined;
    const answer = definitions.collect(id, async () => {
      next = started();
      await next;
      return false;
    });
    assert.isFalse(await answer);
    assert.isTrue(stored.has(id));
  });
});
