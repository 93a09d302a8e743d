import type { AgentId, ProjectId, SessionId, TokenId, UserId } from '@drover/protocol';

/** Who asks. What a user may do is decided from this and the project, never from what the request says. */
export type Actor =
  | {
      readonly type: 'user';
      readonly userId: UserId;
      readonly name: string;
      readonly administrator: boolean;
      readonly scopes: ReadonlySet<'read' | 'write' | 'administer'>;
      readonly sessionId?: SessionId;
      readonly tokenId?: TokenId;
      readonly via: 'session' | 'token';
      /** Somebody else knows their password: until they have chosen another, they may do nothing but that. */
      readonly mustChangePassword?: true;
    }
  | { readonly type: 'agent'; readonly agentId: AgentId; readonly projectId?: ProjectId }
  | { readonly type: 'system'; readonly name: string };
