/** A process for tests to kill: deletes a package, then sweeps. Arguments: folder, address of the store, crash point, package, time of the sweep. */
import { asId, type PackageId } from '@drover/protocol';
import { PackagesUnderTest } from '../../adapters/packages/testing/packages-under-test.js';

const [folder = '', uri = '', crashAt = '', packageId = '', now = '0'] = process.argv.slice(2);
const world = await PackagesUnderTest.join(folder, uri);
world.now = Number(now);
world.crashAt = crashAt;
world.crash = () => process.kill(process.pid, 'SIGKILL');
const packages = await world.open();
await packages.repository.remove(asId<PackageId>(packageId));
await packages.sweep();
