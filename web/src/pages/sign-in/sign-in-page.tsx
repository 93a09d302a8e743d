import type { CurrentSession } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { keys } from '../../api/keys.js';
import { LanguageButton, ThemeButton } from '../../frame/look-buttons.js';
import { changeLanguage } from '../../i18n/index.js';
import { Lanes } from './lanes.js';
import { NewPasswordForm } from './new-password-form.js';
import { SignInForm } from './sign-in-form.js';
import { safeReturn } from './safe-return.js';

/** A1: sign in; who has a password set by someone else chooses an own one first. */
export default function SignInPage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const [pending, setPending] = useState<{ session: CurrentSession; password: string } | undefined>(undefined);
  useEffect(() => {
    document.title = `${t('signIn.action')} · Drover`;
  }, [t]);
  const enter = (session: CurrentSession): void => {
    cache.clear();
    cache.setQueryData(keys.session, session);
    if (localStorage.getItem('drover.language') === null) void changeLanguage(session.user.language);
    void navigate(safeReturn(query.get('to')), { replace: true });
  };
  const signedIn = (session: CurrentSession, password: string): void =>
    session.user.mustChangePassword ? setPending({ session, password }) : enter(session);
  return (
    <main className="door">
      <section className="form-side">
        <div className="mini">
          <LanguageButton />
          <ThemeButton />
        </div>
        {pending === undefined ? (
          <SignInForm onDone={signedIn} />
        ) : (
          <NewPasswordForm
            current={pending.password}
            onDone={() => enter({ ...pending.session, user: { ...pending.session.user, mustChangePassword: false } })}
          />
        )}
      </section>
      <Lanes />
    </main>
  );
}
