import type { ChildProcess } from 'node:child_process';

/** Resolves once a holder of namespaces has said that they stand; rejects with what it says when it ends instead. */
export async function readiness(child: ChildProcess): Promise<void> {
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin?.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`the namespaces could not be made: ${cause.message}`, { cause })));
    child.once('close', () => reject(new Error(`the namespaces could not be made: ${Buffer.concat(said).toString().trim()}`)));
    child.stdout?.once('data', () => resolve());
  });
  child.on('error', () => undefined);
}
