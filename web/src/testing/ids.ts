import {
  asId,
  type AgentId,
  type EndpointId,
  type JobId,
  type PipelineId,
  type ProjectId,
  type RunId,
  type SessionId,
  type TokenId,
  type UserId,
} from '@drover/protocol';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A well-formed id from a letter and a number: the same one each time. */
function idText(letter: string, number: number): string {
  const digits = [...String(number)].map((digit) => alphabet[Number(digit)] ?? '0').join('');
  return (letter + '0'.repeat(25)).slice(0, 26 - digits.length) + digits;
}

export const ids = {
  user: (number: number) => asId<UserId>(idText('a', number)),
  project: (number: number) => asId<ProjectId>(idText('b', number)),
  pipeline: (number: number) => asId<PipelineId>(idText('c', number)),
  run: (number: number) => asId<RunId>(idText('d', number)),
  job: (number: number) => asId<JobId>(idText('e', number)),
  endpoint: (number: number) => asId<EndpointId>(idText('f', number)),
  agent: (number: number) => asId<AgentId>(idText('g', number)),
  session: (number: number) => asId<SessionId>(idText('h', number)),
  token: (number: number) => asId<TokenId>(idText('j', number)),
};
