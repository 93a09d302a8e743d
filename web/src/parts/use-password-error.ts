import { passwordWeakness, type PasswordWeakness } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../api/problem.js';

/** Shorter ones are still being typed; the field's description tells the length. */
const shortestJudged = 10;

const sentences = { common: 'signIn.weakCommon', name: 'signIn.weakName', pattern: 'signIn.weakPattern' } as const satisfies Record<
  PasswordWeakness,
  string
>;

/** What the field of a new password says: in the person's language where the password is easy to guess, else what the controller refused. */
export function usePasswordError(password: string, about: { names: readonly string[]; error: unknown; path: string }): string | undefined {
  const { t } = useTranslation();
  const weakness = password.length < shortestJudged ? undefined : passwordWeakness(password, about.names);
  return weakness === undefined ? errorAt(about.error, about.path) : t(sentences[weakness]);
}
