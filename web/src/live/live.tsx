import type { LiveMessage } from '@drover/protocol/live';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { keys } from '../api/keys.js';
import { createApply } from './apply.js';
import { LiveClient, type LinkState } from './client.js';
import { watchKey, type Watch } from './topics.js';

/** What is patched by messages that carry only news; a run and the farm are sent whole to viewers that begin to watch them. */
const followed: ReadonlySet<unknown> = new Set(
  [keys.pipelineLists, keys.runLists(''), keys.tally, keys.agents, keys.attemptsOf('')].map(([subject]) => subject),
);

const LiveContext = createContext<LiveClient | undefined>(undefined);

/** Opens the socket for the signed-in part of the dashboard and keeps the query cache up to date by it. */
export function LiveProvider({ onSignedOut, children }: { readonly onSignedOut: () => void; readonly children: ReactNode }) {
  const cache = useQueryClient();
  const [client] = useState(() => new LiveClient());
  const signedOut = useRef(onSignedOut);
  useEffect(() => {
    signedOut.current = onSignedOut;
  });
  useEffect(() => {
    const apply = createApply(cache);
    const stop = client.listen((message) => (message.type === 'signedOut' ? signedOut.current() : apply(message)));
    client.onLive = (again) => void cache.invalidateQueries(again ? {} : { predicate: ({ queryKey: [subject] }) => followed.has(subject) });
    client.onWatching = (watch) => {
      if (watch.type === 'watchAgents') void cache.invalidateQueries({ queryKey: keys.agents });
      if (watch.type === 'watchRun') void cache.invalidateQueries({ queryKey: keys.attemptsOf(watch.runId) });
    };
    void client.open();
    const gone = (): void => client.networkGone();
    const back = (): void => client.networkBack();
    window.addEventListener('offline', gone);
    window.addEventListener('online', back);
    if (!navigator.onLine) gone();
    return () => {
      window.removeEventListener('offline', gone);
      window.removeEventListener('online', back);
      stop();
      client.close();
    };
  }, [cache, client]);
  return <LiveContext value={client}>{children}</LiveContext>;
}

/** The socket's client; only below LiveProvider. */
export function useLiveClient(): LiveClient {
  const client = useContext(LiveContext);
  if (client === undefined) throw new Error('useLiveClient stands outside LiveProvider');
  return client;
}

/** Holds a subscription while the component is shown; `undefined` holds none. */
export function useWatch(watch: Watch | undefined): void {
  const client = useLiveClient();
  const latest = useRef(watch);
  useEffect(() => {
    latest.current = watch;
  });
  const key = watch === undefined ? undefined : watchKey(watch);
  useEffect(() => {
    const current = latest.current;
    return key === undefined || current === undefined ? undefined : client.watch(current);
  }, [client, key]);
}

/** Calls `listener` with every message while the component is shown. */
export function useLiveMessages(listener: (message: LiveMessage) => void): void {
  const client = useLiveClient();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => client.listen((message) => latest.current(message)), [client]);
}

/** State of the link, for the dot and the band. */
export function useLinkState(): LinkState {
  const client = useLiveClient();
  return useSyncExternalStore(
    (listener) => client.onState(listener),
    () => client.state,
  );
}
