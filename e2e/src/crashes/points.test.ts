import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCrashPoints as agentPoints } from '@drover/agent/crash-points';
import { allCrashPoints as controllerPoints } from '@drover/controller/crash-points';
import { expect } from 'chai';
import { root } from '../testing/programs.js';
import { agentLives, agentScenes, controllerLives, controllerScenes, elsewhere } from './points.js';

const namesIn = (lives: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.values(lives).flatMap((points) => points.map((point) => point.split(':')[0] ?? ''));

describe('G7 G8 every crash point', () => {
  it('of the controller and of the agent is one at which a test kills a real process', () => {
    const proven = new Set([
      ...namesIn(controllerLives),
      ...controllerScenes,
      ...namesIn(agentLives),
      ...agentScenes,
      ...Object.keys(elsewhere),
    ]);
    expect([...proven]).to.have.members([...controllerPoints, ...agentPoints]);
  });

  for (const [point, suite] of Object.entries(elsewhere)) {
    it(`${point} is reached in ${suite}`, () => {
      expect(readFileSync(join(root, suite), 'utf8')).to.include(`'${point}'`);
    });
  }
});
