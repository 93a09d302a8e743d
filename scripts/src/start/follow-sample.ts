import type { Package, RunView } from '@drover/protocol/api';
import type { Api } from './api.js';

/** How often the one sample run is asked after: a person waits for the line; it ends with the run. */
const askEveryMs = 500;
const giveUpAfterMs = 15 * 60_000;

/** Tells in one line how the first run of the sample ended, with the package it left. Resolves with whether that was told; never rejects. */
export async function followSample({
  api,
  url,
  runId,
  say,
  isStopping,
}: {
  api: Api;
  url: string;
  runId: string;
  say(line: string): void;
  isStopping(): boolean;
}): Promise<boolean> {
  const deadline = Date.now() + giveUpAfterMs;
  try {
    let run = await api.get<RunView>(`/runs/${runId}`);
    say(`  sample       run #${run.number} of ${run.pipelineName}: ${url}/pipelines/${run.pipelineId}/runs/${run.number}`);
    while (run.finishedAt === undefined && Date.now() < deadline && !isStopping()) {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
      run = await api.get<RunView>(`/runs/${runId}`);
    }
    if (run.status === 'succeeded') say(`Sample run #${run.number} succeeded: ${await firstPackage(api, runId)}`);
    else if (run.finishedAt !== undefined)
      say(`Sample run #${run.number} ended as ${run.status}; its log says why: ${url}/pipelines/${run.pipelineId}/runs/${run.number}`);
    return run.finishedAt !== undefined;
  } catch (error) {
    if (!isStopping()) say(`The sample run could not be followed: ${error instanceof Error ? error.message : String(error)}`);
    return !isStopping();
  }
}

async function firstPackage(api: Api, runId: string): Promise<string> {
  const [made] = await api.get<readonly Package[]>(`/runs/${runId}/packages`);
  return made === undefined ? 'no package' : `${made.name} ${made.version} (${size(made.sizeBytes)})`;
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
