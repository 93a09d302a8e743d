import { useTranslation } from 'react-i18next';
import { NavLink, useParams } from 'react-router';
import { paths } from '../../app/paths.js';
import { TopBar } from '../../frame/top-bar.js';
import { Password } from './password.js';
import { Profile } from './profile.js';
import { Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

const tabs = ['profile', 'password', 'sessions', 'tokens'] as const;
const contents = { profile: Profile, password: Password, sessions: Sessions, tokens: Tokens } as const;

/** A person's own things: profile, password, sessions, tokens. Each tab has its address. */
export default function AccountPage() {
  const { t } = useTranslation();
  const params = useParams();
  const tab = tabs.find((one) => one === params['tab']) ?? 'profile';
  const Content = contents[tab];
  return (
    <>
      <TopBar title={t('account.title')} crumbs={[{ label: t('account.title') }]} />
      <nav className="tabs" aria-label={t('account.title')}>
        {tabs.map((one) => (
          <NavLink key={one} to={one === 'profile' ? paths.account : `${paths.account}/${one}`} end>
            {t(`account.${one}`)}
          </NavLink>
        ))}
      </nav>
      <div className="scroll">
        <div className="body wide">
          <Content />
        </div>
      </div>
    </>
  );
}
