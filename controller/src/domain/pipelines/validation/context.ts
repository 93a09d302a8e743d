import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { predefinedNames } from './predefined.js';

/** An endpoint as far as a definition may name it. */
export interface NamedEndpoint {
  readonly name: string;
  readonly kind: 'git' | 'dockerRegistry';
  readonly url: string;
}

/** What a definition is checked against. */
export interface Surroundings {
  readonly jobs: readonly JobDefinition[];
  /** Those that whoever saves may use. */
  readonly endpoints: readonly NamedEndpoint[];
  /** S2: folders below which a local repository may lie. */
  readonly allowedFolders: readonly string[];
}

/** The surroundings, and what follows from the definition itself. */
export interface Context {
  readonly definition: PipelineDefinition;
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  readonly endpoints: ReadonlyMap<string, NamedEndpoint>;
  readonly allowedFolders: readonly string[];
  /** Names that every reference of a task may use: the pipeline's parameters and the predefined ones. */
  readonly runNames: ReadonlySet<string>;
}

export const contextOf = (definition: PipelineDefinition, { jobs, endpoints, allowedFolders }: Surroundings): Context => ({
  definition,
  jobs: new Map(jobs.map((job) => [job.name, job])),
  endpoints: new Map(endpoints.map((endpoint) => [endpoint.name, endpoint])),
  allowedFolders,
  runNames: new Set([...definition.parameters.map(({ name }) => name), ...predefinedNames(definition)]),
});
