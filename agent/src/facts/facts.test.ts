import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { delimiter, join } from 'node:path';
import { assert } from 'chai';
import { parse } from '@drover/protocol';
import { AgentFacts } from '@drover/protocol/agent';
import { freshFolder } from '../testing/folders.js';
import { gatherFacts } from './facts.js';
import { findTools } from './tools.js';

describe('G3 automatic labels', () => {
  const folder = freshFolder();

  async function program(folderName: string, name: string, mode: number): Promise<string> {
    const place = join(folder.path, folderName);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, name), '');
    await chmod(join(place, name), mode);
    return place;
  }

  it('name the tools on the path, without starting them', async () => {
    const places = [await program('one', 'git', 0o755), await program('two', 'cargo', 0o755), await program('two', 'go', 0o644)];
    assert.sameMembers([...(await findTools(places.join(delimiter)))], ['git', 'cargo']);
  });

  it('name system, processor and host; docker only where an engine answers', async () => {
    const path = await program('one', 'docker', 0o755);
    const without = await gatherFacts(path, { executors: ['shell'], isolation: 'none' });
    assert.isTrue(parse(AgentFacts, without).ok);
    assert.includeMembers(without.automaticLabels, [process.platform, process.arch]);
    assert.notInclude(without.automaticLabels, 'docker');
    assert.equal(without.hostname, hostname());
    const withEngine = await gatherFacts(path, { executors: ['shell', 'docker'], isolation: 'none' });
    assert.include(withEngine.automaticLabels, 'docker');
  });
});
