/** A process for tests to kill: appends frames of a known pattern and says which end was acknowledged. Arguments: folder, bytes of a frame. */
import { LogRefused } from '../../../services/logs/log-storage.js';
import { logNumber, noCrashes, patternBytes } from '../testing.js';
import { FolderLogStorage } from './folder-log-storage.js';

const [folder = '', frameBytes = '1000'] = process.argv.slice(2);
const storage = new FolderLogStorage({ folder, crashPoints: noCrashes });
const log = logNumber(1);

for (let end = 0; ;) {
  try {
    end = (await storage.append(log, { offset: end, bytes: patternBytes(end, Number(frameBytes)), marks: [[end, Date.now()]] })).end;
    process.stdout.write(`${end}\n`);
  } catch (error) {
    if (!(error instanceof LogRefused)) throw error;
    process.stdout.write(`${error.code}\n`);
    break;
  }
}
