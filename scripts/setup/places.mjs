// What `npm start` can know to fail before it has set anything up.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

/** Makes the folder and tries to write in it; throws one sentence. */
export function claimFolder(folder) {
  try {
    makeEach(folder);
    writeFileSync(join(folder, '.writable'), '');
  } catch (error) {
    throw new Error(`The folder ${folder} cannot be written: ${error.message}`);
  }
}

/** One folder after the other: Node's own recursive way never ends where the system refuses in an unusual manner, as below /proc. */
function makeEach(folder) {
  if (existsSync(folder)) return;
  makeEach(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Rejects with one sentence where somebody listens on the port already. */
export function probePort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', ({ code }) => {
      if (code === 'EADDRINUSE') reject(new Error(`The port ${port} is taken by another program: choose another with --port.`));
      else if (code === 'EACCES') reject(new Error(`The port ${port} may not be used by this user: choose one above 1023 with --port.`));
      else resolve();
    });
    probe.listen(port, () => probe.close(() => resolve()));
  });
}
