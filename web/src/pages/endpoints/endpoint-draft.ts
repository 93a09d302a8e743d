import type { Endpoint, EndpointInput } from '@drover/protocol/api';

export type Credential = Endpoint['credentials'][number];

/** What the form holds; credentials begin empty, whatever is stored. */
export interface EndpointDraft {
  readonly kind: EndpointInput['kind'];
  readonly name: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly privateKey: string;
  readonly knownHosts: string;
  readonly removed: readonly Credential[];
}

export const emptyDraft = (endpoint: Endpoint | undefined): EndpointDraft => ({
  kind: endpoint?.kind ?? 'git',
  name: endpoint?.name ?? '',
  url: endpoint?.url ?? '',
  user: endpoint?.user ?? '',
  password: '',
  privateKey: '',
  knownHosts: '',
  removed: [],
});

/** The body to send: an absent credential stays as it is, an empty one is removed. */
export function inputOf(draft: EndpointDraft): EndpointInput {
  const credential = (name: Credential): Record<string, string> =>
    draft[name] !== '' ? { [name]: draft[name] } : draft.removed.includes(name) ? { [name]: '' } : {};
  const common = {
    name: draft.name.trim(),
    url: draft.url.trim(),
    ...(draft.user.trim() === '' ? {} : { user: draft.user.trim() }),
    ...credential('password'),
  };
  return draft.kind === 'git'
    ? { kind: 'git', ...common, ...credential('privateKey'), ...credential('knownHosts') }
    : { kind: 'dockerRegistry', ...common };
}

/** Whether an endpoint is for all repositories of a host: it can only be tested with one of them. */
export const isWholeHost = (url: string): boolean => URL.canParse(url) && new URL(url).pathname.replaceAll('/', '') === '';

/** What a field of the draft gets. */
export interface DraftFieldProps {
  readonly draft: EndpointDraft;
  readonly set: (part: Partial<EndpointDraft>) => void;
  /** Whether the controller keeps this credential already. */
  readonly stored: (credential: Credential) => boolean;
  readonly error: unknown;
}
