import type { AttemptId, PipelineId, ProjectId, RunId } from '@drover/protocol';
import type { Place } from '../../domain/access/permissions.js';
import type { Viewer } from './views.js';

/** What a viewer watches. `place`: where it lies, for the permission, which is asked again whenever access changes. */
export type Topic =
  | { readonly type: 'runs'; readonly projectId?: ProjectId; readonly pipelineId?: PipelineId; readonly place?: Place }
  | { readonly type: 'run'; readonly runId: RunId; readonly place: Place }
  | { readonly type: 'log'; readonly attemptId: AttemptId; readonly place: Place }
  | { readonly type: 'agents' }
  | { readonly type: 'farm' };

/** The topic as its subscriber names it. */
export function nameOf(topic: Topic): string {
  switch (topic.type) {
    case 'runs':
      return topic.pipelineId !== undefined
        ? `runs:${topic.pipelineId}`
        : topic.projectId !== undefined
          ? `runs:${topic.projectId}`
          : 'runs';
    case 'run':
      return `run:${topic.runId}`;
    case 'log':
      return `log:${topic.attemptId}`;
    default:
      return topic.type;
  }
}

/** Who watches what. */
export class Subscriptions {
  private readonly byName = new Map<string, Map<Viewer, Topic>>();
  private readonly byViewer = new Map<Viewer, Map<string, Topic>>();

  add(viewer: Viewer, topic: Topic): void {
    const name = nameOf(topic);
    entryOf(this.byName, name).set(viewer, topic);
    entryOf(this.byViewer, viewer).set(name, topic);
  }

  remove(viewer: Viewer, name: string): Topic | undefined {
    const topic = this.byViewer.get(viewer)?.get(name);
    this.byViewer.get(viewer)?.delete(name);
    const watchers = this.byName.get(name);
    watchers?.delete(viewer);
    if (watchers?.size === 0) this.byName.delete(name);
    return topic;
  }

  /** Forgets a viewer; gives what it watched. */
  leave(viewer: Viewer): readonly Topic[] {
    const topics = this.of(viewer);
    for (const topic of topics) this.remove(viewer, nameOf(topic));
    this.byViewer.delete(viewer);
    return topics;
  }

  of(viewer: Viewer): readonly Topic[] {
    return [...(this.byViewer.get(viewer)?.values() ?? [])];
  }

  has(viewer: Viewer, name: string): boolean {
    return this.byViewer.get(viewer)?.has(name) ?? false;
  }

  watchers(...names: readonly string[]): readonly Viewer[] {
    return [...new Set(names.flatMap((name) => [...(this.byName.get(name)?.keys() ?? [])]))];
  }
}

function entryOf<K, K2, V>(map: Map<K, Map<K2, V>>, key: K): Map<K2, V> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<K2, V>();
  map.set(key, made);
  return made;
}
