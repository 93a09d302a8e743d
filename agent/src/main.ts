#!/usr/bin/env node
import { createProgram } from './cli/program.js';
import { CliFault, exitCodes } from './cli/cli-fault.js';
import { ConfigFault, ownEnvironment } from './config.js';

/** The command line of the agent. Faults that a person can put right are one sentence; others show where they come from. */
async function main(): Promise<void> {
  try {
    await createProgram(ownEnvironment()).parseAsync();
  } catch (error) {
    const isExpected = error instanceof CliFault || error instanceof ConfigFault;
    process.stderr.write(`drover-agent: ${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = error instanceof CliFault ? error.exitCode : exitCodes.failed;
  }
}

await main();
