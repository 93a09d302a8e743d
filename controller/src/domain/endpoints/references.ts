import type { EndpointId } from '@drover/protocol';
import type { ExecutorChoice, JobDefinition, PipelineDefinition, Source, Task } from '@drover/protocol/definition';
import { referencesIn } from '../attempts/references.js';
import type { EndpointRecord } from './endpoint.js';
import { isInRegistry, registryHostOf, repositoryOf } from './image-registry.js';

export type EndpointKind = EndpointRecord['kind'];

/** A definition names an endpoint. */
export interface EndpointReference {
  readonly kind: EndpointKind;
  readonly name: string;
  /** Where in the definition, by names that survive a reordering. */
  readonly place: string;
  /** To what the credentials would be sent: the address of a source, the name of an image. */
  readonly target: string;
}

/** Every reference of a pipeline. A field that will name endpoints belongs here; the rules below follow. */
export const referencesOfPipeline = ({ sources, stages }: Pick<PipelineDefinition, 'sources' | 'stages'>): readonly EndpointReference[] =>
  [...sources.map(referenceOfSource), ...stages.flatMap(({ tasks }) => tasks.map(referenceOfTask))].filter(
    (reference) => reference !== undefined,
  );

/** Every reference of a job. */
export const referencesOfJob = ({ executor }: Pick<JobDefinition, 'executor'>): readonly EndpointReference[] => {
  const reference = referenceOfExecutor(executor, 'executor');
  return reference === undefined ? [] : [reference];
};

/** The address is a part of the place: a person who may not use an endpoint cannot lead its credentials to another repository. */
export const referenceOfSource = ({ endpoint, alias = '', url }: Source): EndpointReference | undefined =>
  endpoint === undefined ? undefined : { kind: 'git', name: endpoint, place: `source ${alias} ${url}`, target: url };

export const referenceOfTask = ({ key, executor }: Task): EndpointReference | undefined =>
  executor === undefined ? undefined : referenceOfExecutor(executor, `task ${key}`);

/** The repository of the image is a part of the place as well, its tag is not. */
function referenceOfExecutor(executor: ExecutorChoice, place: string): EndpointReference | undefined {
  if (executor.type !== 'docker' || executor.registry === undefined) return undefined;
  const { registry: name, image } = executor;
  return { kind: 'dockerRegistry', name, place: `${place} ${repositoryOf(image)}`, target: image };
}

/** Endpoints as one person may name them while saving a definition (E2). */
export interface EndpointsInReach {
  readonly endpoints: readonly NamedEndpoint[];
  /** References of the version before: they stay allowed where they were. */
  readonly kept: readonly EndpointReference[];
}

/** An endpoint as far as a definition may name it. */
export interface NamedEndpoint {
  readonly _id: EndpointId;
  readonly name: string;
  readonly kind: EndpointKind;
  readonly url: string;
  /** The person may use it, and so see its address. */
  readonly usable: boolean;
}

/**
 * E2: the endpoint that a reference may name: one that the person may use, or the one that stood in the same place before.
 * Undefined alike for an endpoint of others and for one that does not exist.
 */
export function endpointInReach({ endpoints, kept }: EndpointsInReach, reference: EndpointReference): NamedEndpoint | undefined {
  const endpoint = endpoints.find(({ name, kind }) => name === reference.name && kind === reference.kind);
  return endpoint?.usable === true || kept.some((before) => areSame(before, reference)) ? endpoint : undefined;
}

/**
 * Why the credentials of a registry would not go along with an image, where its name tells that by itself: whether one that is
 * put together from parameters, or has no host, lies there is known when it is used.
 */
export function foreignImage({ name, target }: EndpointReference, endpoint: NamedEndpoint): string | undefined {
  const host = registryHostOf(target);
  if (host === undefined || referencesIn(host).length > 0 || isInRegistry(target, endpoint.url)) return undefined;
  return `the endpoint “${name}” is for ${endpoint.usable ? endpoint.url : 'another address'}: its credentials are not sent to ${host}`;
}

const kindWords: Readonly<Record<EndpointKind, string>> = { git: 'Git', dockerRegistry: 'Docker registry' };

export const noEndpointInReach = ({ kind, name }: Pick<EndpointReference, 'kind' | 'name'>): string =>
  `there is no ${kindWords[kind]} endpoint “${name}” that you may use`;

const areSame = (one: EndpointReference, other: EndpointReference): boolean =>
  one.kind === other.kind && one.name === other.name && one.place === other.place;
