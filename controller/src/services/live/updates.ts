import type { ProjectId, UserId } from '@drover/protocol';
import type { AgentView, FarmView, RunView } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';
import type { Background } from '../background.js';
import type { Access } from '../ports/access.js';
import type { Signal } from '../ports/signals.js';
import type { Paced } from './paced.js';
import type { Subscriptions, Topic } from './subscriptions.js';
import type { Viewer, Views } from './views.js';

export interface UpdateParts {
  readonly views: Views;
  readonly access: Access;
  readonly paced: Paced;
  readonly background: Background;
  readonly subscriptions: Subscriptions;
}

type Changed<T extends Signal['type']> = Extract<Signal, { type: T }>;
type Told = Exclude<Signal, { type: 'logGrew' | 'logWatched' | 'accessChanged' | 'sessionEnded' }>;

/** Turns signals into messages: what changed is read once, and sent to all who watch it and may see it. */
export class Updates {
  /** Projects that a viewer may see; forgotten when access changes. */
  private readonly visible = new WeakMap<Viewer, Promise<'all' | ReadonlySet<ProjectId>>>();

  constructor(private readonly parts: UpdateParts) {}

  on(signal: Told): void {
    switch (signal.type) {
      case 'runChanged':
        return this.runChanged(signal);
      case 'attemptChanged':
        return this.attemptChanged(signal);
      case 'agentChanged':
        return this.paced(`agent:${signal.agentId}`, ['agents'], (viewers) =>
          this.forEachPerson(viewers, async (actor) => agentMessage(await this.parts.views.agent(signal.agentId, actor))),
        );
      case 'agentGone':
        return this.agentGone(signal);
      case 'farmChanged':
        return this.paced('farm', ['farm'], (viewers) =>
          this.forEachPerson(viewers, async (actor) => farmMessage(await this.parts.views.farm(actor))),
        );
      case 'pipelineChanged':
        return this.pipelineChanged(signal);
      case 'packagesChanged':
        return this.packagesChanged(signal);
    }
  }

  /** What a new watcher is sent at once, so that nothing falls between its reading and its watching. */
  first(viewer: Viewer, topic: Topic): void {
    const { background, views } = this.parts;
    if (topic.type !== 'run' && topic.type !== 'farm') return;
    background.run('first live view', () =>
      this.forEachPerson([viewer], async (actor) =>
        topic.type === 'run' ? runMessage(await views.run(topic.runId, actor)) : farmMessage(await views.farm(actor)),
      ),
    );
  }

  forget(viewer: Viewer): void {
    this.visible.delete(viewer);
  }

  private runChanged({ runId, projectId, pipelineId }: Changed<'runChanged'>): void {
    this.paced(`summary:${runId}`, runsTopics(projectId, pipelineId), async (viewers) => {
      const run = await this.parts.views.runSummary(runId);
      if (run) this.send(await this.whoSee(viewers, projectId), { type: 'runSummary', run });
    });
    this.paced(`run:${runId}`, [`run:${runId}`], (viewers) =>
      this.forEachPerson(viewers, async (actor) => runMessage(await this.parts.views.run(runId, actor))),
    );
  }

  private attemptChanged({ attemptId, runId, projectId }: Changed<'attemptChanged'>): void {
    this.paced(`attempt:${attemptId}`, [`run:${runId}`, `log:${attemptId}`], async (viewers) => {
      const attempt = await this.parts.views.attempt(attemptId);
      if (attempt) this.send(await this.whoSee(viewers, projectId), { type: 'attempt', attempt });
    });
  }

  /** Those who could not see the agent don't hear that there was one. */
  private agentGone({ agentId, projectId }: Changed<'agentGone'>): void {
    const viewers = this.parts.subscriptions.watchers('agents');
    const message = { type: 'agentGone', agentId } as const;
    if (projectId === undefined) return this.send(viewers, message);
    this.parts.background.run('agent gone', async () => this.send(await this.whoSee(viewers, projectId), message));
  }

  private pipelineChanged({ projectId, pipelineId }: Changed<'pipelineChanged'>): void {
    this.paced(`pipeline:${pipelineId}`, runsTopics(projectId, pipelineId), async (viewers) =>
      this.send(await this.whoSee(viewers, projectId), { type: 'pipelinesChanged', projectId, pipelineId }),
    );
  }

  private packagesChanged({ projectId, runId }: Changed<'packagesChanged'>): void {
    const run = runId === undefined ? {} : { runId };
    const topics = ['runs', `runs:${projectId}`, ...(runId === undefined ? [] : [`run:${runId}`])];
    this.paced(`packages:${projectId}:${runId ?? ''}`, topics, async (viewers) =>
      this.send(await this.whoSee(viewers, projectId), { type: 'packagesChanged', projectId, ...run }),
    );
  }

  /** Does nothing where nobody watches; asks who does when it comes to sending. */
  private paced(key: string, topics: readonly string[], work: (viewers: readonly Viewer[]) => Promise<void>): void {
    const { subscriptions, paced } = this.parts;
    if (subscriptions.watchers(...topics).length === 0) return;
    paced.run(key, () => work(subscriptions.watchers(...topics)));
  }

  /** Views that depend on the person are read once for each person, however many windows they have. */
  private async forEachPerson(
    viewers: readonly Viewer[],
    view: (actor: Viewer['actor']) => Promise<LiveMessage | undefined>,
  ): Promise<void> {
    const byPerson = new Map<UserId, Viewer[]>();
    for (const viewer of viewers) byPerson.set(viewer.actor.userId, [...(byPerson.get(viewer.actor.userId) ?? []), viewer]);
    for (const [first, ...others] of byPerson.values()) {
      const message = first && (await view(first.actor));
      if (message) this.send([first, ...others], message);
    }
  }

  private async whoSee(viewers: readonly Viewer[], projectId: ProjectId): Promise<readonly Viewer[]> {
    const seeing: Viewer[] = [];
    for (const viewer of viewers) {
      const projects = await this.visibleTo(viewer);
      if (projects === 'all' || projects.has(projectId)) seeing.push(viewer);
    }
    return seeing;
  }

  private visibleTo(viewer: Viewer): Promise<'all' | ReadonlySet<ProjectId>> {
    const known = this.visible.get(viewer);
    if (known) return known;
    const asked = this.parts.access.visibleProjects(viewer.actor);
    this.visible.set(viewer, asked);
    asked.catch(() => this.visible.delete(viewer));
    return asked;
  }

  private send(viewers: readonly Viewer[], message: LiveMessage): void {
    for (const viewer of viewers) viewer.send(message);
  }
}

const runsTopics = (projectId: string, pipelineId: string): readonly string[] => ['runs', `runs:${projectId}`, `runs:${pipelineId}`];

const runMessage = (run: RunView | undefined): LiveMessage | undefined => run && { type: 'run', run };
const agentMessage = (agent: AgentView | undefined): LiveMessage | undefined => agent && { type: 'agent', agent };
const farmMessage = (farm: FarmView | undefined): LiveMessage | undefined => farm && { type: 'farm', farm };
