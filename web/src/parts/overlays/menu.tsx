import {
  cloneElement,
  createContext,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from 'react';
import { createPortal } from 'react-dom';

interface MenuState {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly target: RefObject<HTMLElement | null>;
  readonly start: boolean;
}

const MenuContext = createContext<MenuState | undefined>(undefined);

function useMenu(): MenuState {
  const menu = useContext(MenuContext);
  if (menu === undefined) throw new Error('a part of a menu stands outside it');
  return menu;
}

/** A button's menu: arrows walk, ↵ chooses, Esc closes and gives the focus back. Light enough for the first load. */
export function Menu({ children, start = false }: { readonly children: ReactNode; readonly start?: boolean }) {
  const [open, setOpen] = useState(false);
  const target = useRef<HTMLElement>(null);
  return <MenuContext value={{ open, setOpen, target, start }}>{children}</MenuContext>;
}

/** The button that opens the menu. */
export function MenuTarget({ children }: { readonly children: ReactElement<object> }) {
  const { open, setOpen, target } = useMenu();
  return cloneElement(children, { ref: target, 'aria-haspopup': 'menu', 'aria-expanded': open, onClick: () => setOpen(!open) } as object);
}

const gap = 4;

/** The items, drawn above everything, kept inside the window. */
export function MenuList({ children }: { readonly children: ReactNode }) {
  const { open } = useMenu();
  return open ? createPortal(<OpenList>{children}</OpenList>, document.body) : null;
}

function OpenList({ children }: { readonly children: ReactNode }) {
  const { setOpen, target, start } = useMenu();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current === null || target.current === null) return;
    place(list.current, target.current, start);
    items(list.current)[0]?.focus({ preventScroll: true });
  }, [target, start]);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (
        event.target instanceof Node &&
        (list.current?.contains(event.target) === true || target.current?.contains(event.target) === true)
      )
        return;
      setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    window.addEventListener('resize', outside);
    document.addEventListener('scroll', outside, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      window.removeEventListener('resize', outside);
      document.removeEventListener('scroll', outside, true);
    };
  }, [setOpen, target]);
  const onKey = (event: KeyboardEvent): void => {
    const all = list.current === null ? [] : items(list.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      target.current?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} className="menu" role="menu" onKeyDown={onKey}>
      {children}
    </div>
  );
}

const items = (list: HTMLElement): HTMLElement[] => [
  ...list.querySelectorAll<HTMLElement>('[role="menuitem"]:not([aria-disabled="true"])'),
];

function place(list: HTMLElement, target: HTMLElement, start: boolean): void {
  const box = target.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const left = start ? box.left : box.right - width;
  const below = box.bottom + gap;
  list.style.left = `${Math.max(gap, Math.min(left, window.innerWidth - width - gap))}px`;
  list.style.top = `${below + height > window.innerHeight ? Math.max(gap, box.top - height - gap) : below}px`;
}

interface ItemProps {
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly refused?: string | undefined;
  readonly danger?: boolean;
  readonly current?: boolean;
  readonly href?: string;
  readonly download?: string;
  readonly only?: 'phone' | 'wide';
}

/** One choice; `refused` says why it can't be made. */
export function MenuItem({ icon, children, onClick, refused, danger = false, current = false, href, download, only }: ItemProps) {
  const { setOpen, target } = useMenu();
  const choose = (): void => {
    if (refused !== undefined) return;
    setOpen(false);
    target.current?.focus();
    onClick?.();
  };
  const common = {
    role: 'menuitem',
    tabIndex: -1,
    className: ['menu-item', ...(danger ? ['danger'] : []), ...(only === undefined ? [] : [`only-${only}`])].join(' '),
    title: refused,
    'aria-disabled': refused !== undefined,
    'aria-current': current ? ('true' as const) : undefined,
    onClick: choose,
  };
  return href === undefined ? (
    <button type="button" {...common}>
      {icon}
      <span className="cut">{children}</span>
    </button>
  ) : (
    <a href={href} download={download} {...common}>
      {icon}
      <span className="cut">{children}</span>
    </a>
  );
}

export const MenuDivider = () => <hr className="menu-line" />;
export const MenuLabel = ({ children }: { readonly children: ReactNode }) => <p className="menu-label">{children}</p>;
