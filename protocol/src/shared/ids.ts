import { Type, type TSchema, type TUnsafe } from '@sinclair/typebox';

declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type SessionId = Branded<'SessionId'>;
export type TokenId = Branded<'TokenId'>;
export type ProjectId = Branded<'ProjectId'>;
export type JobId = Branded<'JobId'>;
export type PipelineId = Branded<'PipelineId'>;
export type DefinitionId = Branded<'DefinitionId'>;
export type RunId = Branded<'RunId'>;
export type AttemptId = Branded<'AttemptId'>;
export type AgentId = Branded<'AgentId'>;
export type OfferId = Branded<'OfferId'>;
export type EndpointId = Branded<'EndpointId'>;
export type PackageId = Branded<'PackageId'>;
export type UploadId = Branded<'UploadId'>;

/** Milliseconds since 1970-01-01T00:00:00Z, by the clock of its writer. */
export type Instant = number;

/** A time-sortable identifier as every record of the controller has it: 26 characters, lower-case Crockford base 32. */
const sortable = { type: 'string', pattern: '^[0-9a-hjkmnp-tv-z]{26}$', maxLength: 26, 'x-rule': 'an id of 26 characters' } as const;

const id = <T extends string>(): TUnsafe<T> => Type.Unsafe<T>({ ...sortable });

export const UserId = id<UserId>();
export const SessionId = id<SessionId>();
export const TokenId = id<TokenId>();
export const ProjectId = id<ProjectId>();
export const JobId = id<JobId>();
export const PipelineId = id<PipelineId>();
export const RunId = id<RunId>();
export const AgentId = id<AgentId>();
export const EndpointId = id<EndpointId>();
export const PackageId = id<PackageId>();
export const UploadId = id<UploadId>();

/** Hex SHA-256 of the canonical JSON of a definition snapshot. */
export const DefinitionId = Type.Unsafe<DefinitionId>({ type: 'string', pattern: '^[0-9a-f]{64}$', maxLength: 64 });

/** `<run id>.<task instance key>.<number of the attempt, from 1>`: deterministic, so that creating it twice creates it once. */
export const AttemptId = Type.Unsafe<AttemptId>({
  type: 'string',
  pattern: '^[0-9a-hjkmnp-tv-z]{26}\\.[a-z0-9][a-z0-9~-]{0,79}\\.[1-9][0-9]{0,5}$',
  maxLength: 116,
});

export const OfferId = Type.Unsafe<OfferId>({ type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });

export const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

export type { TSchema };
