import { ActionIcon } from '@mantine/core';
import { IconKeyboard, IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { Fragment, useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { paths } from '../app/paths.js';
import { usePerson, useSignOut } from '../app/session.js';
import { LanguageButton, ThemeButton } from './look-buttons.js';
import { LiveDot } from './stale-band.js';
import { useFrame } from './use-frame.js';
import { useLook } from './use-look.js';
import { Menu, MenuDivider, MenuItem, MenuLabel, MenuList, MenuTarget } from '../parts/overlays/menu.js';
import { Tip } from '../parts/overlays/tip.js';

export interface Crumb {
  readonly label: ReactNode;
  readonly to?: string;
}

interface TopBarProps {
  /** The window's title, without the product's name. */
  readonly title: string;
  /** Where one is; the last one is the page itself. */
  readonly crumbs?: readonly Crumb[];
  /** Instead of crumbs: the page's name or tabs, in a bar of 52. */
  readonly heading?: ReactNode;
  /** Stands right, before the tools (the tally). */
  readonly children?: ReactNode;
}

/** The bar of every page: where one is, live state, language, theme, person. Sets the window's title. */
export function TopBar({ title, crumbs = [], heading, children }: TopBarProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Drover`;
  }, [title]);
  return (
    <header className={heading === undefined ? 'top' : 'top wide'}>
      {heading ?? (
        <nav className="crumbs" aria-label={t('frame.breadcrumb')}>
          {crumbs.map(({ label, to }, index) => (
            <Fragment key={index}>
              {index === 0 ? null : <span className="sep">/</span>}
              {to === undefined || index === crumbs.length - 1 ? (
                <h1 className="cut crumb-here" aria-current="page">
                  {label}
                </h1>
              ) : (
                <Link to={to} className="cut">
                  {label}
                </Link>
              )}
            </Fragment>
          ))}
        </nav>
      )}
      {children}
      <div className="tools">
        <LiveDot />
        <LanguageButton />
        <ThemeButton />
        <PersonMenu />
      </div>
    </header>
  );
}

/** A page's name in the bar of 52. */
export const Heading = ({ children, count }: { readonly children: ReactNode; readonly count?: ReactNode }) => (
  <div className="row">
    <h1 className="title cut">{children}</h1>
    {count === undefined ? null : <span className="count-pill num">{count}</span>}
  </div>
);

const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter((part) => part !== '')
    .slice(0, 2)
    .map((part) => [...part][0]?.toUpperCase())
    .join('');

function PersonMenu() {
  const { t } = useTranslation();
  const person = usePerson();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { show } = useFrame();
  const look = useLook();
  const go = (to: string) => () => void navigate(to);
  return (
    <Menu>
      <MenuTarget>
        <button type="button" className="me-btn" aria-label={t('frame.person', { name: person.name })}>
          <span className="me">{initials(person.displayName === '' ? person.name : person.displayName)}</span>
        </button>
      </MenuTarget>
      <MenuList>
        <MenuLabel>{t('frame.person', { name: person.name })}</MenuLabel>
        <MenuItem icon={<IconUser size={16} stroke={1.75} />} onClick={go(paths.account)}>
          {t('frame.account')}
        </MenuItem>
        <MenuItem icon={<IconKeyboard size={16} stroke={1.75} />} onClick={() => show('keys')} only="wide">
          {t('frame.keys')}
        </MenuItem>
        <MenuItem only="phone" icon={<IconLanguage size={16} stroke={1.75} />} onClick={look.switchLanguage}>
          {t('frame.language')}
        </MenuItem>
        <MenuItem
          only="phone"
          icon={look.dark ? <IconMoon size={16} stroke={1.75} /> : <IconSun size={16} stroke={1.75} />}
          onClick={look.switchTheme}
        >
          {t('frame.theme')}
        </MenuItem>
        <MenuDivider />
        <MenuItem icon={<IconLogout size={16} stroke={1.75} />} onClick={signOut}>
          {t('frame.signOut')}
        </MenuItem>
      </MenuList>
    </Menu>
  );
}

/** An icon button with its name as tooltip. */
export const ToolButton = ({
  label,
  children,
  onClick,
  pressed,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly pressed?: boolean;
}) => (
  <Tip label={label}>
    <ActionIcon aria-label={label} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })} onClick={onClick}>
      {children}
    </ActionIcon>
  </Tip>
);
