import type { DefinitionId, EndpointId, PipelineId, ProjectId } from '@drover/protocol';
import type { GitCredentials } from '@drover/protocol/agent';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { Ciphertext, PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { Result } from '../result.js';

/** What the run engine asks of the definitions: pipelines, jobs and endpoints belong to another service. */
export interface Definitions {
  /** The pipeline's definition with its jobs by value as they are now, stored under its digest (storing it twice stores it once). Refuses what cannot run. */
  snapshot(pipeline: PipelineRecord): Promise<Result<{ readonly definitionId: DefinitionId; readonly snapshot: DefinitionSnapshot }>>;
  /** A stored snapshot. Immutable, so cached. */
  read(definitionId: DefinitionId): Promise<DefinitionSnapshot | undefined>;
  projectName(projectId: ProjectId): Promise<string>;
}

export interface SnapshotCollector {
  /**
   * Removes a snapshot that nothing refers to; one that a start may be about to refer to stays. Says whether it need not
   * be tried again.
   */
  collect(definitionId: DefinitionId, isReferred: () => Promise<boolean>): Promise<boolean>;
}

/** An endpoint as a run's snapshot names it. */
export interface EndpointOfRun {
  readonly projectId: ProjectId;
  readonly name: string;
  /** Absent in snapshots of old versions: there the name decides. */
  readonly id?: EndpointId | undefined;
}

/** What a name in a snapshot stands for. */
export const endpointOfRun = (projectId: ProjectId, { endpoints = {} }: DefinitionSnapshot, name: string): EndpointOfRun => ({
  projectId,
  name,
  id: Object.hasOwn(endpoints, name) ? endpoints[name] : undefined,
});

/** Credentials of endpoints, opened for one use. */
export interface Credentials {
  /** For this address only: undefined where the endpoint is meant for another. */
  git(endpoint: EndpointOfRun, url: string): Promise<GitCredentials | undefined>;
  registry(endpoint: EndpointOfRun): Promise<{ readonly address: string; readonly user: string; readonly password: string } | undefined>;
  allowedFolders(): Promise<readonly string[]>;
}

/** Enciphers and deciphers; `context` binds a ciphertext to its place, so that it can't be moved to another. */
export interface SecretBox {
  seal(plain: string, context: string): Ciphertext;
  open(ciphertext: Ciphertext, context: string): string | undefined;
  /** Recognises a text again without keeping it: who has no key cannot even try guesses. */
  fingerprint(text: string): string;
  isFingerprintOf(fingerprint: string, text: string): boolean;
}

export const secretContext = {
  pipelineParameter: (pipelineId: PipelineId, name: string): string => `pipeline:${pipelineId}:${name}`,
  endpoint: (endpointId: EndpointId, field: string): string => `endpoint:${endpointId}:${field}`,
};
