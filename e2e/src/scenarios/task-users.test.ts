import type { Package } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

const give = `mkdir -p in/closed out
echo text >in/file; echo more >in/closed/file
chown 1000:1001 in/file; chown -R www-data:www-data in/closed; chmod 700 in/closed
tar c in | tar x -C out
cp -a out/in copy
install -o nobody -g nogroup in/file installed
stat -c '%u:%g %n' copy/file copy/closed/file installed`;

const tools = `git init -q repository && git -C repository -c user.name=a -c user.email=a@b commit -q --allow-empty -m first
mkdir package && cd package && echo '{"name":"package","version":"1.0.0"}' >package.json && npm pack --silent --offline && npm install --silent --offline --prefix ../used ./package-1.0.0.tgz
stat -c '%u:%g %n' ../used/node_modules/package`;

const terminals = `echo "terminals: $(ls /dev/pts)."
script -qec tty /dev/null
[ -t 1 ] && echo "to a terminal"`;

describe('A8 tasks of an agent that is root', function () {
  this.timeout(60_000);
  let farm: Farm;
  before(async function () {
    if (process.getuid?.() !== 0) skipBecause(this, 'this is not root');
    farm = await Farm.start();
    await farm.addAgent({ name: 'worker' });
    if (farm.agents.get('worker')?.lines.some((line) => line.includes('tasks have one user only')))
      skipBecause(this, 'ids cannot be mapped for namespaces on this machine');
  });
  after(() => farm?.close());

  it('give files to other users, upload them, and leave nothing behind', async () => {
    const upload = { name: 'Upload', type: 'uploadPackage' as const, package: 'given', version: '1', files: ['copy', 'installed'] };
    const pipeline = await makePipeline(farm, await makeProject(farm), {
      jobs: [
        job('give', [shell(terminals), shell(give), shell(tools), shell(terminals), shell('cat copy/closed/file && rm -r out'), upload]),
      ],
      pipeline: oneTask('give', 'give'),
    });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const [attempt] = await farm.attempts(run.id, 'work');
    const log = (await farm.log(attempt?.id ?? '')).toString();
    expect(run.status, log).to.equal('succeeded');
    for (const line of ['1000:1001 copy/file', '33:33 copy/closed/file', '65534:65534 installed', '0:0 ../used'])
      expect(log).to.include(line);
    for (const line of ['terminals: ptmx.', '/dev/pts/0', 'to a terminal']) expect(log.split(line), line).to.have.lengthOf(3);
    const packages = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
    expect(packages.map(({ fileName }) => fileName).sort()).to.deep.equal(['copy.tar.gz', 'installed']);
    await farm.agents.get('worker')?.stop();
    expect(await readdir(join(farm.folder, 'worker', 'workspaces'))).to.deep.equal([]);
  });
});
