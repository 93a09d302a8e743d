import type { IncomingMessage } from 'node:http';
import { networkOf } from '../../../domain/accounts/network.js';
import { OpenLimit } from '../../../services/open-limit.js';
import type { UserActor, UserAuthenticator } from '../../../services/ports/access.js';
import type { TryLimiter } from '../../../services/ports/crypto.js';
import type { ClientAddress } from '../../../shared/client-address.js';
import { credentialsOf, pageOriginOf } from '../../../shared/credentials.js';
import type { UpgradeRefusal } from '../../../shared/refuse-upgrade.js';

export interface AdmissionParts {
  readonly users: UserAuthenticator;
  /** Handshakes from one address with a session or token that nobody has. */
  readonly strangers: TryLimiter;
  readonly addressOf: ClientAddress;
  /** `https://host[:port]` by which people reach the controller, when it is known. */
  readonly publicOrigin: string | undefined;
}

export type Admission = { readonly ok: true; readonly actor: UserActor } | { readonly ok: false; readonly refusal: UpgradeRefusal };

/** Live links: a tab has one, and costs some 45 KB. */
const linkBounds = { all: 2_000, ofOne: 250 };
/** Handshakes whose session is being looked up, of all and of one address. */
const underWayBounds = { all: 512, ofOne: 64 };

const signInFirst = { status: 401, sentence: 'Sign in first.' } as const;
const foreignPage = { status: 403, sentence: 'The request came from another site.' } as const;
const passwordFirst = { status: 403, sentence: 'Choose a password of your own first.' } as const;
const tooManyAtOnce = {
  status: 503,
  sentence: 'Too many live links begin at this moment; try again in a second.',
  retryAfterSeconds: 1,
} as const;
const tooManyLinks = { status: 503, sentence: 'Too many live links are open; try again later.', retryAfterSeconds: 30 } as const;
const tooManyOfOne = {
  status: 429,
  sentence: `You have ${linkBounds.ofOne} live links open, which is the limit; close some of them.`,
  retryAfterSeconds: 30,
} as const;
const tooManyWrong = (retryAfterSeconds: number) =>
  ({ status: 429, sentence: `Too many wrong tries from this address; try again in ${retryAfterSeconds} s.`, retryAfterSeconds }) as const;

/** A5: decides who gets a live link. Strangers cost little, and keep no one out who has been signed in lately. */
export class LiveAdmission {
  readonly #parts: AdmissionParts;
  readonly #underWay = new OpenLimit(underWayBounds);
  readonly #links = new OpenLimit(linkBounds);

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** A cookie alone proves nothing: every page's socket carries it, and names its page. */
  async admit(request: IncomingMessage): Promise<Admission> {
    const { users, strangers, addressOf, publicOrigin } = this.#parts;
    const { headers } = request;
    const credentials = credentialsOf(headers);
    if (credentials.type !== 'session' && credentials.type !== 'bearer') return refusal(signInFirst);
    if (credentials.type === 'session' && pageOriginOf(headers, publicOrigin) !== 'own') return refusal(foreignPage);
    const network = networkOf(addressOf(request));
    const turn = users.isRecent(credentials) ? { ok: true as const } : await strangers.look(network);
    if (!turn.ok) return refusal(tooManyWrong(turn.retryAfterSeconds));
    const underWay = this.#underWay.open(network);
    if (!underWay.ok) return refusal(tooManyAtOnce);
    const actor = await users.user(credentials).finally(underWay.close);
    if (actor === undefined) {
      await strangers.take(network);
      return refusal(signInFirst);
    }
    return actor.mustChangePassword === true ? refusal(passwordFirst) : this.#opened(request, actor);
  }

  /** The link counts until its connection is closed. */
  #opened({ socket }: IncomingMessage, actor: UserActor): Admission {
    const link = this.#links.open(actor.userId);
    if (!link.ok) return refusal(link.reason === 'full' ? tooManyLinks : tooManyOfOne);
    if (socket.destroyed) link.close(); // the client hung up meanwhile
    else socket.once('close', link.close);
    return { ok: true, actor };
  }
}

const refusal = (why: UpgradeRefusal): Admission => ({ ok: false, refusal: why });
