#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { createProgram } from './cli/program.js';
import { CliFault, exitCodes } from './cli/cli-fault.js';
import { ConfigFault, ownEnvironment } from './config.js';
import { IdentityFault } from './identity/identity.js';
import { codeOf } from './shared/logger.js';

/** The command line of the agent. Faults that a person can put right are one sentence; others show where they come from. */
async function main(): Promise<void> {
  try {
    await createProgram(ownEnvironment(), fileURLToPath(import.meta.url)).parseAsync();
  } catch (error) {
    process.exitCode = error instanceof CliFault ? error.exitCode : exitCodes.failed;
    // the parts that were opened before the failure would keep the process, and a service manager waits for its end
    process.stderr.write(`drover-agent: ${sentenceOf(error)}\n`, () => process.exit());
  }
}

/** What the system refuses (a folder, a full disk) is for a person to put right, too: its own words name the place. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof CliFault || error instanceof ConfigFault || error instanceof IdentityFault;
  return isExpected || /^E[A-Z0-9]+$/.test(codeOf(error) ?? '') ? error.message : (error.stack ?? error.message);
}

await main();
