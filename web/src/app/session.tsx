import type { CurrentSession } from '@drover/protocol/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { get, onSignedOut, remove } from '../api/client.js';
import { keys } from '../api/keys.js';
import { ApiError } from '../api/problem.js';
import { Failure } from '../parts/states.js';

export type Person = CurrentSession['user'];

const SessionContext = createContext<CurrentSession | undefined>(undefined);

/** Who is signed in; only below SignedIn. */
export function useSession(): CurrentSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession stands outside SignedIn');
  return session;
}

export const usePerson = (): Person => useSession().user;

export const sessionQuery = {
  queryKey: keys.session,
  queryFn: () => get<CurrentSession>('/session'),
  retry: false,
  retryOnMount: false,
  staleTime: 60_000,
} as const;

/** Shows its children to a signed-in person, sends others to sign in and back again. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useQuery(sessionQuery);
  const location = useLocation();
  const leave = useLeave();
  useEffect(() => {
    onSignedOut(leave);
  });
  if (session.data?.user.mustChangePassword === true) return <Navigate to="/sign-in" replace />;
  if (session.data !== undefined) return <SessionContext value={session.data}>{children}</SessionContext>;
  if (session.error instanceof ApiError && session.error.status === 401)
    return <Navigate to={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`} replace />;
  if (session.error !== null) return <Failure error={session.error} retry={() => void session.refetch()} />;
  return null;
}

/** Forgets everything of a session that has ended and goes to sign-in, which leads back here. */
export function useLeave(): () => void {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return () => {
    cache.clear();
    void navigate(`/sign-in?to=${encodeURIComponent(pathname + search)}`);
  };
}

/** Ends the session at the controller, then here. */
export function useSignOut(): () => void {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return () =>
    void remove('/session')
      .catch(() => undefined)
      .then(() => {
        cache.clear();
        return navigate('/sign-in');
      });
}
