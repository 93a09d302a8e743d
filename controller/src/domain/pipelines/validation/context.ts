import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { secretFinder, secretNames, type SecretFinder } from '../../attempts/secret-fields.js';
import type { EndpointsInReach } from '../../endpoints/references.js';
import { createJobTexts, type JobTexts } from './job-texts.js';
import { predefinedNames } from './predefined.js';

/** What a definition is checked against. */
export interface Surroundings {
  readonly jobs: readonly JobDefinition[];
  /** Jobs that are saved along with the definition: their endpoints are checked with them. */
  readonly newJobs?: readonly JobDefinition[];
  readonly endpoints: EndpointsInReach;
  /** S2: folders below which a local repository may lie. */
  readonly allowedFolders: readonly string[];
}

/** The surroundings, and what follows from the definition itself. */
export interface Context {
  readonly definition: PipelineDefinition;
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  readonly newJobs: ReadonlySet<JobDefinition>;
  readonly endpoints: EndpointsInReach;
  readonly allowedFolders: readonly string[];
  /** Names that every reference of a task may use: the pipeline's parameters and the predefined ones. */
  readonly runNames: ReadonlySet<string>;
  readonly textsOf: (job: JobDefinition) => JobTexts;
  readonly secretFields: SecretFinder;
}

export function contextOf(definition: PipelineDefinition, { jobs, newJobs = [], endpoints, allowedFolders }: Surroundings): Context {
  const runNames = new Set([...definition.parameters.map(({ name }) => name), ...predefinedNames(definition)]);
  const secrets = secretNames(definition);
  return {
    definition,
    jobs: new Map(jobs.map((job) => [job.name, job])),
    newJobs: new Set(newJobs),
    endpoints,
    allowedFolders,
    runNames,
    textsOf: createJobTexts(runNames),
    secretFields: secretFinder((name) => secrets.has(name)),
  };
}
