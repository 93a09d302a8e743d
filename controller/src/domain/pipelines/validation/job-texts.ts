import type { JobDefinition } from '@drover/protocol/definition';
import { referencesIn } from '../../attempts/references.js';
import { fieldTexts } from '../../attempts/secret-fields.js';

/** Names that the texts of a job refer to and that there are not. */
export interface JobTexts {
  /** Every name that a text of the job may refer to. */
  readonly known: ReadonlySet<string>;
  readonly unknownInSteps: readonly string[];
  /** By the parameter in whose default they stand. */
  readonly unknownInDefaults: ReadonlyMap<string, readonly string[]>;
}

/** Reads the texts of each job once: thousands of tasks may call the same large job. */
export function createJobTexts(runNames: ReadonlySet<string>): (job: JobDefinition) => JobTexts {
  const read = new Map<JobDefinition, JobTexts>();
  return (job) => {
    const texts = read.get(job) ?? textsOf(job, runNames);
    read.set(job, texts);
    return texts;
  };
}

function textsOf(job: JobDefinition, runNames: ReadonlySet<string>): JobTexts {
  const known = new Set([...runNames, ...job.parameters.map(({ name }) => name)]);
  const defaults = job.parameters.map(({ name, value }) => [name, unknownReferences([value ?? ''], runNames)] as const);
  return {
    known,
    unknownInSteps: unknownReferences(
      job.steps.flatMap(fieldTexts).map(({ text }) => text),
      known,
    ),
    unknownInDefaults: new Map(defaults.filter(([, unknown]) => unknown.length > 0)),
  };
}

/** Names that texts refer to and that are not known, each once. */
export function unknownReferences(texts: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return [...new Set(texts.flatMap(referencesIn))].filter((name) => !known.has(name));
}
